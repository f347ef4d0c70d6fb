package dev.strongroom.compiler.place;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Narrows the gap between the best placement and the lower bound by asking {@link BranchAndBound}
 * whether everything fits into less, until a smaller peak is found impossible or the limit is
 * reached.
 */
final class ExactSearch {
  /** The search goes one level of recursion deeper with every request. */
  private static final int MOST_REQUESTS = 1_000;

  /** Nodes of a first attempt; later ones get more, so that one is complete at last. */
  private static final long FIRST_ATTEMPT = 1_000;

  private static final double GROWTH = 1.05;

  private final Instance instance;
  private final BranchOrders orders;
  private final FailedStates failed = new FailedStates();
  private final Best best;
  private final BooleanSupplier outOfTime;
  private long nodes;

  ExactSearch(Instance instance, List<Request> requests, Best best, BooleanSupplier outOfTime) {
    this.instance = instance;
    this.orders = new BranchOrders(instance, requests);
    this.best = best;
    this.outOfTime = outOfTime;
  }

  /**
   * Looks for a peak of at most {@code goal} first, then for the smallest between {@code goal} and
   * the best known.
   *
   * @param goal in units, no less than the lower bound
   * @return whether no peak from {@code goal} on is smaller than the best's
   */
  boolean improve(long goal, long limit) {
    if (instance.count > MOST_REQUESTS) {
      return best.peak() <= goal;
    }
    long impossible = goal - 1;
    boolean proven = true;
    long capacity = goal;
    while (best.peak() > impossible + 1) {
      long share = nodes + (limit - nodes) / 2;
      Verdict verdict = decide(capacity, share);
      if (verdict != Verdict.FITS) {
        impossible = capacity;
        proven &= verdict == Verdict.DOES_NOT_FIT;
      }
      capacity = impossible + (best.peak() - impossible) / 2;
    }
    return proven;
  }

  /** Nodes visited in all. */
  long nodes() {
    return nodes;
  }

  private Verdict decide(long capacity, long limit) {
    double attempt = FIRST_ATTEMPT;
    for (int turn = 0; nodes < limit; turn++) {
      BranchAndBound search =
          new BranchAndBound(
              instance,
              capacity,
              orders.ranks(turn),
              failed,
              (long) Math.min(attempt, limit - nodes),
              outOfTime);
      Verdict verdict = search.run();
      nodes += search.nodes();
      if (verdict == Verdict.FITS) {
        best.offer(search.offsets(), peak(search.offsets()));
      }
      if (verdict != Verdict.UNKNOWN || outOfTime.getAsBoolean()) {
        return verdict;
      }
      attempt *= GROWTH;
    }
    return Verdict.UNKNOWN;
  }

  private long peak(long[] offsets) {
    long peak = 0;
    for (int i = 0; i < instance.count; i++) {
      peak = Math.max(peak, offsets[i] + instance.sizes[i]);
    }
    return peak;
  }
}
