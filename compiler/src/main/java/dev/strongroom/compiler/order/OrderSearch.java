package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.BudgetedSearch.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the order with the least peak. The tasks are split where every order passes the same point;
 * for each segment a beam and local moves find a good order, and a bisection between its peak and
 * what no order can do with less closes in on the best one. Where the effort does not suffice, the
 * best found so far counts: never worse than the given order, always the same for the same problem.
 */
public final class OrderSearch {
  /** Looks at a task, all in all: some tenths of a second. */
  private static final long MAX_LOOKS = 30_000_000;

  /** Each attempt may spend one of so many parts of the effort that is left. */
  private static final int SHARES = 4;

  /**
   * @param order the tasks in the order found
   * @param peak its peak in bytes
   * @param optimal whether no order has a smaller one, proven
   */
  public record Result(List<Integer> order, long peak, boolean optimal) {
    public Result {
      order = List.copyOf(order);
    }
  }

  private record Solution(int[] order, boolean optimal) {}

  private OrderSearch() {}

  /** The best order found; the given one where nothing is gained by another. */
  public static Result search(OrderProblem problem) {
    List<Segment> segments = Segment.split(problem);
    Solution[] solutions = new Solution[segments.size()];
    Effort effort = Effort.of(MAX_LOOKS);
    List<Integer> highestFirst =
        IntStream.range(0, solutions.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingLong(
                        s -> segments.get(s).peak(segments.get(s).givenOrder()))
                    .reversed())
            .toList();
    for (int s : highestFirst) {
      solutions[s] = solve(segments.get(s), effort);
    }
    List<Integer> order = new ArrayList<>();
    long peak = 0;
    long proven = 0;
    for (int s = 0; s < solutions.length; s++) {
      IntStream.of(solutions[s].order()).forEach(order::add);
      long here = segments.get(s).peak(solutions[s].order());
      peak = Math.max(peak, here);
      proven = Math.max(proven, solutions[s].optimal() ? here : segments.get(s).floor());
    }
    return new Result(order, peak, proven == peak);
  }

  private static Solution solve(Segment segment, Effort effort) {
    int[] given = segment.givenOrder();
    if (segment.peak(given) <= segment.floor()) {
      return new Solution(given, true);
    }
    int[] beam = BeamSearch.order(segment, effort.part(SHARES));
    int[] start = LocalMoves.improve(segment, lower(segment, given, beam), effort.part(SHARES));
    Solution found = bisect(segment, start, effort);
    int[] order = found.order();
    if (!found.optimal()) {
      order = lower(segment, order, LocalMoves.improve(segment, given, effort.part(SHARES)));
      order = LocalMoves.improve(segment, order, effort.part(SHARES));
    }
    // An order that gains nothing is no reason to depart from the model's own.
    boolean gained = segment.peak(order) < segment.peak(given);
    return new Solution(gained ? order : given, found.optimal());
  }

  private static int[] lower(Segment segment, int[] first, int[] second) {
    return segment.peak(second) < segment.peak(first) ? second : first;
  }

  /** Asks for ever smaller budgets until none below the best order's peak is open. */
  private static Solution bisect(Segment segment, int[] order, Effort effort) {
    int[] best = order;
    long peak = segment.peak(order);
    // No order does with less than is proven; below the next budget to ask for, none was found.
    long proven = segment.floor();
    long next = proven;
    long budget = next;
    long grain = segment.grain();
    while (next < peak && !effort.isSpent()) {
      switch (BudgetedSearch.search(segment, budget, effort.part(SHARES))) {
        case Outcome.Found found -> {
          best = found.order();
          peak = segment.peak(best);
        }
        case Outcome.Impossible none -> {
          proven = Math.max(proven, none.next());
          next = Math.max(next, none.next());
        }
        case Outcome.GaveUp gaveUp -> next = budget + grain;
      }
      budget = next + (peak - next - 1) / 2 / grain * grain;
    }
    return new Solution(best, proven >= peak);
  }
}
