package dev.strongroom.compiler.place;

import java.util.Arrays;

/**
 * The steps at which something is alive: a set of disjoint intervals of steps. A buffer that a loop
 * uses once an iteration is alive in one interval per iteration and still has one offset.
 */
public final class Lifetime {
  /**
   * First and last step of each interval, ascending; between intervals at least one step is dead.
   */
  private final int[] bounds;

  private Lifetime(int[] bounds) {
    this.bounds = bounds;
  }

  /**
   * Alive from {@code first} to {@code last}, both inclusive.
   *
   * @throws IllegalArgumentException if {@code last} comes before {@code first}, or {@code first}
   *     is negative
   */
  public static Lifetime of(int first, int last) {
    if (first < 0 || last < first || last == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a lifetime needs 0 <= first <= last < 2^31 - 1: first=%d, last=%d"
              .formatted(first, last));
    }
    return new Lifetime(new int[] {first, last});
  }

  /** Alive whenever this one is and also from {@code first} to {@code last}, both inclusive. */
  public Lifetime and(int first, int last) {
    int[] added = of(first, last).bounds;
    int[] union = new int[bounds.length + 2];
    int length = 0;
    int next = 0;
    while (next < bounds.length && bounds[next + 1] + 1 < added[0]) {
      union[length++] = bounds[next++];
      union[length++] = bounds[next++];
    }
    for (; next < bounds.length && bounds[next] <= added[1] + 1; next += 2) {
      added[0] = Math.min(added[0], bounds[next]);
      added[1] = Math.max(added[1], bounds[next + 1]);
    }
    union[length++] = added[0];
    union[length++] = added[1];
    while (next < bounds.length) {
      union[length++] = bounds[next++];
    }
    return new Lifetime(Arrays.copyOf(union, length));
  }

  /** Whether both are alive at some step. */
  public boolean meets(Lifetime other) {
    int i = 0;
    int j = 0;
    while (i < bounds.length && j < other.bounds.length) {
      if (bounds[i + 1] < other.bounds[j]) {
        i += 2;
      } else if (other.bounds[j + 1] < bounds[i]) {
        j += 2;
      } else {
        return true;
      }
    }
    return false;
  }

  /** The first step of all. */
  public int first() {
    return bounds[0];
  }

  /** The last step of all, inclusive. */
  public int last() {
    return bounds[bounds.length - 1];
  }

  /** The number of steps at which it is alive. */
  public long steps() {
    long steps = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      steps += bounds[i + 1] - bounds[i] + 1;
    }
    return steps;
  }

  /** The number of intervals. */
  public int intervals() {
    return bounds.length / 2;
  }

  /** The first step of an interval. */
  public int first(int interval) {
    return bounds[2 * interval];
  }

  /** The last step of an interval, inclusive. */
  public int last(int interval) {
    return bounds[2 * interval + 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lifetime that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }
}
