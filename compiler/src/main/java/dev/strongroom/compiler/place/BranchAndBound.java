package dev.strongroom.compiler.place;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Whether everything fits into some capacity, by branch and bound in the manner of MiniMalloc
 * (Moffitt, ASPLOS 2023).
 *
 * <p>If there is a solution, there is one in which nothing could move to a lower free place. Taken
 * by ascending offset, its requests each lie at their floor: on top of what was placed before. So
 * the search places one request after another at its floor, never below the one before it (equal
 * offsets in the order of rank), and leaves out:
 *
 * <ul>
 *   <li>requests above which another one's top would lie: that other one could slip below;
 *   <li>states with a section that cannot hold what is left, given how low each can still get;
 *   <li>requests passed over that nothing can lift any more;
 *   <li>all but one of the solutions that differ in nothing but the order of twins;
 *   <li>other choices where the failed one had nothing left above it, and so was not to blame;
 *   <li>states that were searched before.
 * </ul>
 *
 * Where no unplaced request reaches from one part of the sections to the next, the parts are solved
 * one by one.
 */
final class BranchAndBound {
  private final Instance instance;
  private final SearchState state;
  private final FailedStates failed;

  /** Of those with equal floors, who is tried first. */
  private final int[] ranks;

  private final long limit;
  private final long mostWork;
  private final BooleanSupplier outOfTime;
  private long nodes;

  /** The limit is reached: neither yes nor no. */
  private static final class LimitReached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LimitReached() {
      super("limit reached", null, false, false);
    }
  }

  /**
   * @param ranks for each request a number of its own
   * @param limit how many nodes may be visited
   * @param mostWork how much {@link #work} that may be
   */
  BranchAndBound(
      Instance instance,
      long capacity,
      int[] ranks,
      FailedStates failed,
      long limit,
      long mostWork,
      BooleanSupplier outOfTime) {
    this.instance = instance;
    this.state = new SearchState(instance, capacity);
    this.ranks = ranks;
    this.failed = failed;
    this.limit = limit;
    this.mostWork = mostWork;
    this.outOfTime = outOfTime;
  }

  /** The answer, or that there is none within the limit. */
  Verdict run() {
    failed.clear();
    try {
      boolean fits = solveParts(IntStream.range(0, instance.count).toArray(), 0, -1);
      return fits ? Verdict.FITS : Verdict.DOES_NOT_FIT;
    } catch (LimitReached e) {
      return Verdict.UNKNOWN;
    }
  }

  /** Nodes visited. */
  long nodes() {
    return nodes;
  }

  /** How many requests were looked at because of others: what the search cost. */
  long work() {
    return state.work();
  }

  /** After {@link Verdict#FITS}, where everything lies. */
  long[] offsets() {
    return state.offsets;
  }

  /**
   * Places all of {@code group}, none before ({@code offset}, {@code rank}) in the order of offsets
   * and ranks. If that fails, nothing of it is placed.
   */
  private boolean solve(int[] group, long offset, int rank) {
    if (group.length == 0) {
      return true;
    }
    if (nodes == limit
        || state.work() > mostWork
        || (nodes & 255) == 0 && outOfTime.getAsBoolean()) {
      throw new LimitReached();
    }
    nodes++;
    long key = 0;
    long leastTop = Long.MAX_VALUE;
    for (int request : group) {
      long floor = state.floors[request];
      key += FailedStates.hash(request, isOutOfTurn(request) ? ~floor : floor);
      leastTop = Math.min(leastTop, floor + instance.sizes[request]);
    }
    key |= 1; // an empty slot has the key 0
    if (failed.contains(key, offset, rank)) {
      return false;
    }
    // Those passed over earlier, then by ascending floor those that may come next.
    int[] sequence = group.clone();
    int passed = 0;
    for (int i = 0; i < sequence.length; i++) {
      if (isBefore(sequence[i], offset, rank)) {
        swap(sequence, i, passed++);
      }
    }
    int end = passed;
    long latest = Math.min(leastTop - 1, state.latestStart(group));
    for (int i = passed; i < sequence.length; i++) {
      if (state.floors[sequence[i]] <= latest) {
        swap(sequence, i, end++);
      }
    }
    sort(sequence, passed, end);
    for (int next = passed; next < end; next++) {
      int request = sequence[next];
      if (isOutOfTurn(request)) {
        continue;
      }
      int mark = state.mark();
      boolean covered = state.place(request);
      if (passOver(sequence, next)
          && state.mayFit()
          && solveRest(group, request, state.offsets[request], ranks[request])) {
        return true;
      }
      state.undo(mark);
      state.remove(request);
      if (!covered) {
        break;
      }
    }
    failed.add(key, offset, rank);
    return false;
  }

  /** Tells all before {@code next} in {@code sequence} that {@code next} came first. */
  private boolean passOver(int[] sequence, int next) {
    long at = state.offsets[sequence[next]];
    for (int i = 0; i < next; i++) {
      if (!state.passOver(sequence[i], at)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether {@code request} is a twin of another in whose stead it would lie: of twins of one size
   * the lower rank comes first, and so it does of twins that lie directly on each other, which
   * could be exchanged.
   */
  private boolean isOutOfTurn(int request) {
    for (int twin : instance.twins[request]) {
      if (state.isUnplaced(twin)) {
        if (ranks[twin] < ranks[request] && instance.sizes[twin] == instance.sizes[request]) {
          return true;
        }
      } else if (ranks[twin] > ranks[request]
          && state.offsets[twin] + instance.sizes[twin] == state.floors[request]) {
        return true;
      }
    }
    return false;
  }

  private boolean solveRest(int[] group, int placed, long offset, int rank) {
    int[] rest = new int[group.length - 1];
    int length = 0;
    for (int request : group) {
      if (request != placed) {
        rest[length++] = request;
      }
    }
    int[] sections = instance.sections[placed];
    for (int s = sections[0]; s < sections[sections.length - 1]; s++) {
      if (state.isCut(s)) {
        return solveParts(rest, offset, rank);
      }
    }
    return solve(rest, offset, rank);
  }

  /** Solves each part of {@code group} by itself, the smallest first: all have to succeed. */
  private boolean solveParts(int[] group, long offset, int rank) {
    int[][] parts = parts(group);
    for (int i = 0; i < parts.length; i++) {
      if (!solve(parts[i], offset, rank)) {
        for (int k = 0; k < i; k++) {
          for (int request : parts[k]) {
            state.remove(request);
          }
        }
        return false;
      }
    }
    return true;
  }

  private int[][] parts(int[] group) {
    int[] inTime =
        Arrays.stream(group)
            .boxed()
            .sorted(Comparator.comparingInt(i -> instance.sections[i][0]))
            .mapToInt(i -> i)
            .toArray();
    int[][] parts = new int[inTime.length][];
    int count = 0;
    int from = 0;
    for (int i = 1; i <= inTime.length; i++) {
      if (i == inTime.length || isCutBetween(inTime[i - 1], inTime[i])) {
        parts[count++] = Arrays.copyOfRange(inTime, from, i);
        from = i;
      }
    }
    int[][] found = Arrays.copyOf(parts, count);
    Arrays.sort(found, Comparator.comparingInt(p -> p.length));
    return found;
  }

  /** Whether nothing reaches from where {@code earlier} begins to where {@code later} begins. */
  private boolean isCutBetween(int earlier, int later) {
    int first = instance.sections[later][0];
    return first > instance.sections[earlier][0] && state.isCut(first - 1);
  }

  private boolean isBefore(int request, long offset, int rank) {
    long floor = state.floors[request];
    return floor < offset || floor == offset && ranks[request] < rank;
  }

  private void sort(int[] sequence, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int request = sequence[i];
      long floor = state.floors[request];
      int k = i;
      for (;
          k > from && isBefore(request, state.floors[sequence[k - 1]], ranks[sequence[k - 1]]);
          k--) {
        sequence[k] = sequence[k - 1];
      }
      sequence[k] = request;
    }
  }

  private static void swap(int[] array, int a, int b) {
    int kept = array[a];
    array[a] = array[b];
    array[b] = kept;
  }
}
