package dev.strongroom.compiler.place;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Gives every request an offset so that no two that are alive together overlap, with as small a
 * peak as the effort allows: greedily in several orders, then by simulated annealing over orders,
 * then by exact search. It ends as soon as the lower bound is reached.
 */
public final class Placement {
  private Placement() {}

  /**
   * A placement of requests.
   *
   * @param offsets one a request, in their order
   * @param peak one past the last byte that is used
   * @param lowerBound the most bytes alive at any step: no peak can be smaller
   * @param optimal whether it is proven that no placement has a smaller peak
   * @param nodes how many nodes the exact search visited
   */
  public record Result(
      List<Long> offsets, long peak, long lowerBound, boolean optimal, long nodes) {
    public Result {
      offsets = List.copyOf(offsets);
    }
  }

  /**
   * The step at which the most is alive.
   *
   * @param bytes how much: no placement can do with less
   */
  public record Bound(int step, long bytes) {}

  /**
   * Places {@code requests}.
   *
   * @throws ArithmeticException if all together exceed 2^62 bytes
   */
  public static Result place(List<Request> requests, Effort effort) {
    Instance instance = Instance.of(requests);
    BooleanSupplier outOfTime = outOfTime(effort);
    long lowerBound = instance.lowerBound();
    long goal = Math.max(lowerBound, effort.goal() / instance.unit);
    Best best = new Best();
    int[] order = greedy(instance, requests, best);
    Annealing.improve(instance, best, order, effort.orders(), goal, outOfTime);
    boolean optimal = best.peak() == lowerBound;
    long nodes = 0;
    if (best.peak() > goal && effort.nodes() > 0) {
      ExactSearch search = new ExactSearch(instance, requests, best, outOfTime);
      boolean proven = search.improve(goal, effort.nodes());
      optimal = best.peak() == lowerBound || proven && (goal == lowerBound || best.peak() > goal);
      nodes = search.nodes();
    }
    return new Result(
        Arrays.stream(best.offsets()).map(o -> o * instance.unit).boxed().toList(),
        best.peak() * instance.unit,
        lowerBound * instance.unit,
        optimal,
        nodes);
  }

  /** The first step at which the most bytes are alive; step 0 if there are no requests. */
  public static Bound lowerBound(List<Request> requests) {
    NavigableMap<Integer, Long> changes = new TreeMap<>();
    for (Request request : requests) {
      Lifetime life = request.lifetime();
      for (int i = 0; i < life.intervals(); i++) {
        changes.merge(life.first(i), request.bytes(), Math::addExact);
        changes.merge(life.last(i) + 1, -request.bytes(), Math::addExact);
      }
    }
    Bound most = new Bound(0, 0);
    long live = 0;
    for (Map.Entry<Integer, Long> change : changes.entrySet()) {
      live = Math.addExact(live, change.getValue());
      if (live > most.bytes()) {
        most = new Bound(change.getKey(), live);
      }
    }
    return most;
  }

  /** Offers {@code best} the greedy placements and returns the order of the best of them. */
  private static int[] greedy(Instance instance, List<Request> requests, Best best) {
    FirstFit firstFit = new FirstFit(instance);
    int[] bestOrder = {};
    for (int[] order : GreedyOrders.of(instance, requests)) {
      if (best.offer(firstFit.offsets, firstFit.place(order))) {
        bestOrder = order;
      }
    }
    return bestOrder;
  }

  private static BooleanSupplier outOfTime(Effort effort) {
    if (effort.time().isEmpty()) {
      return () -> false;
    }
    long start = System.nanoTime();
    long allowed = effort.time().get().toNanos();
    return () -> System.nanoTime() - start > allowed;
  }
}
