package dev.strongroom.compiler.place;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Narrows the gap between the best placement and the lower bound by asking {@link BranchAndBound}
 * whether everything fits into less, until a smaller peak is found impossible or the limit is
 * reached. One question is asked in many attempts: in several orders, and with twins tied together
 * or not, because a search either finds a solution soon or is lost for long. Attempts get longer,
 * so that one of them is complete at last.
 */
final class ExactSearch {
  /** The search goes one level of recursion deeper with every request. */
  private static final int MOST_REQUESTS = 1_000;

  /** Nodes of a first attempt; but never less than twice as many as there are requests. */
  private static final long FIRST_ATTEMPT = 1_000;

  private static final double GROWTH = 1.05;

  /**
   * How much {@link BranchAndBound#work} counts as a node: about the most that a node takes with a
   * few hundred requests. With more it takes longer, and fewer are allowed.
   */
  private static final long WORK_PER_NODE = 20_000;

  private final Instance instance;
  private final Best best;
  private final BooleanSupplier outOfTime;
  private final FailedStates failed = new FailedStates();
  private final List<Bundles> levels = new ArrayList<>();
  private long nodes;

  /** What counts against the limit. */
  private long spent;

  ExactSearch(Instance instance, List<Request> requests, Best best, BooleanSupplier outOfTime) {
    this.instance = instance;
    this.best = best;
    this.outOfTime = outOfTime;
    long bound = instance.lowerBound();
    for (long most : new long[] {0, bound / 8, bound}) {
      Bundles bundles = new Bundles(requests, instance, most);
      if (levels.isEmpty() || bundles.requests.size() < levels.getLast().requests.size()) {
        levels.add(bundles);
      }
    }
  }

  /**
   * Looks for a peak of at most {@code goal} first, then for the smallest between {@code goal} and
   * the best known.
   *
   * @param goal in units, no less than the lower bound
   * @param limit how many nodes may be visited
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
      Verdict verdict = decide(capacity, spent + (limit - spent) / 2);
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
    List<Bundles> open = new ArrayList<>(levels);
    double attempt = Math.max(FIRST_ATTEMPT, 2 * instance.count);
    for (int turn = 0; spent < limit; turn++) {
      for (Bundles level : List.copyOf(open)) {
        if (spent >= limit) {
          return Verdict.UNKNOWN;
        }
        Verdict verdict = attempt(level, capacity, turn, (long) attempt, limit - spent);
        if (verdict == Verdict.FITS || outOfTime.getAsBoolean()) {
          return verdict;
        }
        if (verdict == Verdict.DOES_NOT_FIT) {
          if (level == levels.getFirst()) {
            return verdict;
          }
          open.remove(level);
        }
        attempt *= GROWTH;
      }
    }
    return Verdict.UNKNOWN;
  }

  private Verdict attempt(Bundles level, long capacity, int turn, long attempt, long left) {
    BranchAndBound search =
        new BranchAndBound(
            level.instance,
            level.units(capacity),
            BranchOrders.ranks(level.instance, level.requests, turn),
            failed,
            Math.min(attempt, left),
            left > Long.MAX_VALUE / WORK_PER_NODE ? Long.MAX_VALUE : left * WORK_PER_NODE,
            outOfTime);
    Verdict verdict = search.run();
    nodes += search.nodes();
    spent += Math.max(search.nodes(), search.work() / WORK_PER_NODE);
    if (verdict == Verdict.FITS) {
      long[] offsets = level.untie(search.offsets());
      best.offer(offsets, peak(offsets));
    }
    return verdict;
  }

  private long peak(long[] offsets) {
    long peak = 0;
    for (int i = 0; i < instance.count; i++) {
      peak = Math.max(peak, offsets[i] + instance.sizes[i]);
    }
    return peak;
  }
}
