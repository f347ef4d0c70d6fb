package dev.strongroom.compiler.place;

import java.util.Arrays;

/**
 * Where the exact search stands: who is placed, and for all others how low they can still get.
 * Everything changes in place and is taken back by {@link #undo}.
 */
final class SearchState {
  private static final long NONE = Long.MAX_VALUE;

  private final Instance instance;
  private final long capacity;

  /** Offsets of those that are placed. */
  final long[] offsets;

  /** For the others, the lowest offset that lies above everything placed that conflicts. */
  final long[] floors;

  /** For the others, a bound: in any solution worth finding from here they lie no lower. */
  private final long[] bounds;

  private final long[] unplaced;

  /** For each section, the units that are not placed. */
  private final long[] rest;

  /** For each section but the last, how many are unplaced and have sections on both sides. */
  private final int[] spanning;

  /** What {@link #undo} takes back: the old value, and whose floor or (complemented) bound. */
  private long[] oldValues = new long[1 << 12];

  private int[] oldOwners = new int[1 << 12];
  private int trail;

  private long work;

  /** Sections whose bounds changed since {@link #place}, each once. */
  private final int[] touched;

  private int touchedCount;
  private final int[] touchedAt;
  private int placements;

  /** The bounds of a section's requests, descending, and their sizes. */
  private final long[] sortedBounds;

  private final long[] sortedSizes;

  SearchState(Instance instance, long capacity) {
    this.instance = instance;
    this.capacity = capacity;
    int count = instance.count;
    int sectionCount = instance.loads.length;
    offsets = new long[count];
    floors = new long[count];
    bounds = new long[count];
    unplaced = new long[Instance.words(count)];
    rest = instance.loads.clone();
    spanning = new int[sectionCount];
    touched = new int[sectionCount];
    touchedAt = new int[sectionCount];
    sortedBounds = new long[count];
    sortedSizes = new long[count];
    for (int i = 0; i < count; i++) {
      unplaced[i >> 6] |= 1L << i;
      span(i, 1);
    }
  }

  /** How many requests were looked at so far because of others: what the search costs. */
  long work() {
    return work;
  }

  boolean isUnplaced(int request) {
    return (unplaced[request >> 6] >>> request & 1) != 0;
  }

  /** What {@link #undo} needs in order to come back to this moment. */
  int mark() {
    return trail;
  }

  /**
   * Places {@code request} at its floor and lifts the floors of what conflicts with it.
   *
   * @return whether anything that conflicts is still unplaced
   */
  boolean place(int request) {
    long at = floors[request];
    long top = at + instance.sizes[request];
    offsets[request] = at;
    unplaced[request >> 6] &= ~(1L << request);
    for (int s : instance.sections[request]) {
      rest[s] -= instance.sizes[request];
    }
    span(request, -1);
    placements++;
    touchedCount = 0;
    touch(request);
    boolean covered = false;
    work += instance.conflicts[request].length;
    for (int c : instance.conflicts[request]) {
      if (isUnplaced(c)) {
        covered = true;
        if (floors[c] < top) {
          remember(floors[c], c);
          floors[c] = top;
        }
        raise(c, top);
      }
    }
    return covered;
  }

  /** Takes {@code request} away again, without regard for the floors. */
  void remove(int request) {
    unplaced[request >> 6] |= 1L << request;
    for (int s : instance.sections[request]) {
      rest[s] += instance.sizes[request];
    }
    span(request, 1);
  }

  /** Takes back all floors and bounds since {@code mark}. */
  void undo(int mark) {
    while (trail > mark) {
      trail--;
      int owner = oldOwners[trail];
      if (owner >= 0) {
        floors[owner] = oldValues[trail];
      } else {
        bounds[~owner] = oldValues[trail];
      }
    }
  }

  /**
   * Notes that {@code request} was passed over for one that lies at {@code at}, not below it. Were
   * it placed at its floor, an order by offset would have placed it before. So it will lie on top
   * of something that is still to come.
   *
   * @return whether that is possible at all
   */
  boolean passOver(int request, long at) {
    if (floors[request] > at) {
      return true;
    }
    long least = NONE;
    work += instance.conflicts[request].length;
    for (int c : instance.conflicts[request]) {
      if (isUnplaced(c)) {
        least = Math.min(least, Math.max(bounds[c], at) + instance.sizes[c]);
      }
    }
    if (least == NONE) {
      return false;
    }
    raise(request, least);
    return true;
  }

  /** Whether every section that changed since {@link #place} may still fit. */
  boolean mayFit() {
    for (int i = 0; i < touchedCount; i++) {
      if (!mayFit(touched[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The highest offset at which the next of {@code group} may lie, if those are placed by ascending
   * offset: in every section something has to begin no higher than the rest leaves room for.
   */
  long latestStart(int[] group) {
    long latest = NONE;
    for (int request : group) {
      for (int s : instance.sections[request]) {
        latest = Math.min(latest, capacity - rest[s]);
      }
    }
    return latest;
  }

  /** Whether no unplaced request has sections both up to {@code section} and behind it. */
  boolean isCut(int section) {
    return spanning[section] == 0;
  }

  /**
   * The requests of one section are like jobs on one machine that are released at their bounds: for
   * every offset, those that begin no lower have to fit above it, one on the other.
   */
  private boolean mayFit(int section) {
    int count = 0;
    long[] members = instance.members[section];
    for (int w = 0; w < members.length; w++) {
      for (long bits = members[w] & unplaced[w]; bits != 0; bits &= bits - 1) {
        int request = w << 6 | Long.numberOfTrailingZeros(bits);
        long bound = bounds[request];
        int i = count++;
        for (; i > 0 && sortedBounds[i - 1] < bound; i--) {
          sortedBounds[i] = sortedBounds[i - 1];
          sortedSizes[i] = sortedSizes[i - 1];
        }
        work += count - i;
        sortedBounds[i] = bound;
        sortedSizes[i] = instance.sizes[request];
      }
    }
    long above = 0;
    for (int i = 0; i < count; i++) {
      above += sortedSizes[i];
      if (sortedBounds[i] + above > capacity) {
        return false;
      }
    }
    return true;
  }

  private void raise(int request, long bound) {
    if (bounds[request] < bound) {
      remember(bounds[request], ~request);
      bounds[request] = bound;
      touch(request);
    }
  }

  private void touch(int request) {
    for (int s : instance.sections[request]) {
      if (touchedAt[s] != placements) {
        touchedAt[s] = placements;
        touched[touchedCount++] = s;
      }
    }
  }

  private void span(int request, int change) {
    int[] sections = instance.sections[request];
    for (int s = sections[0]; s < sections[sections.length - 1]; s++) {
      spanning[s] += change;
    }
  }

  private void remember(long value, int owner) {
    if (trail == oldValues.length) {
      oldValues = Arrays.copyOf(oldValues, 2 * trail);
      oldOwners = Arrays.copyOf(oldOwners, 2 * trail);
    }
    oldValues[trail] = value;
    oldOwners[trail++] = owner;
  }
}
