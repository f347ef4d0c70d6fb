package dev.strongroom.compiler.place;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Ranks for {@link BranchAndBound}: which of two requests with the same floor is tried first. What
 * finds a solution of one instance at once may wander for hours in another, so there are several,
 * and each is varied at random when its turn comes again.
 */
final class BranchOrders {
  /** How far a variation goes: by a factor of up to e^0.8. */
  private static final double VARIATION = 0.8;

  /** Criteria by which to compare, the first first; more comes before less. */
  private static final List<List<Criterion>> ORDERS =
      List.of(
          List.of(Criterion.LOAD, Criterion.LIFETIME),
          List.of(Criterion.LOAD, Criterion.CONFLICTS),
          List.of(Criterion.AREA),
          List.of(Criterion.CONFLICTS),
          List.of(Criterion.SECTIONS),
          List.of(Criterion.LIFETIME),
          List.of(Criterion.LOAD, Criterion.AREA));

  private enum Criterion {
    /** The most that is alive at once while it is. */
    LOAD,
    LIFETIME,
    SECTIONS,
    AREA,
    CONFLICTS
  }

  private BranchOrders() {}

  /** The ranks to try in the {@code turn}th search. */
  static int[] ranks(Instance instance, List<Request> requests, int turn) {
    SplittableRandom random = new SplittableRandom(turn);
    boolean vary = turn >= ORDERS.size();
    double[] factors = new double[instance.count];
    Arrays.setAll(factors, i -> vary ? Math.exp(VARIATION * random.nextDouble()) : 1);
    Comparator<Integer> order = (a, b) -> 0;
    for (Criterion criterion : ORDERS.get(turn % ORDERS.size())) {
      IntToDoubleFunction value = value(instance, requests, criterion);
      order =
          order.thenComparingDouble(
              criterion == Criterion.LOAD
                  ? i -> -value.applyAsDouble(i)
                  : i -> -value.applyAsDouble(i) * factors[i]);
    }
    int[] sorted =
        IntStream.range(0, instance.count).boxed().sorted(order).mapToInt(i -> i).toArray();
    int[] ranks = new int[instance.count];
    for (int rank = 0; rank < sorted.length; rank++) {
      ranks[sorted[rank]] = rank;
    }
    return ranks;
  }

  private static IntToDoubleFunction value(
      Instance instance, List<Request> requests, Criterion criterion) {
    return switch (criterion) {
      case LOAD ->
          i ->
              Arrays.stream(instance.sections[i]).mapToLong(s -> instance.loads[s]).max().orElse(0);
      case LIFETIME -> i -> requests.get(i).lifetime().steps();
      case SECTIONS -> i -> instance.sections[i].length;
      case AREA -> i -> (double) requests.get(i).lifetime().steps() * instance.sizes[i];
      case CONFLICTS -> i -> instance.conflicts[i].length;
    };
  }
}
