package dev.strongroom.compiler.place;

import java.util.Arrays;

/**
 * States that were searched in vain: the unplaced requests with their floors, as a hash of 64 bits,
 * and the first offset and rank from which on it was in vain. Two states of the same hash are taken
 * for the same; with the 2^20 that fit, the odds of one mistake in a search of 10^6 nodes are below
 * 10^-7, and all a mistake can cost is a smaller peak.
 */
final class FailedStates {
  private static final int SLOTS = 1 << 20;

  private final long[] keys = new long[SLOTS];
  private final long[] offsets = new long[SLOTS];
  private final int[] ranks = new int[SLOTS];
  private boolean empty = true;

  /** Part of a state's hash, which is the sum over its requests. */
  static long hash(int request, long floor) {
    long z = request * 0x9E3779B97F4A7C15L + floor * 0xD1B54A32D192ED03L + 0x632BE59BD9B4E019L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  void clear() {
    if (!empty) {
      Arrays.fill(keys, 0);
      empty = true;
    }
  }

  /** Whether nothing was found in that state from an offset and rank on that come no later. */
  boolean contains(long key, long offset, int rank) {
    int slot = slot(key);
    return keys[slot] == key
        && (offsets[slot] < offset || offsets[slot] == offset && ranks[slot] <= rank);
  }

  /** Notes that nothing was found; what lay in the same slot is forgotten. */
  void add(long key, long offset, int rank) {
    int slot = slot(key);
    keys[slot] = key;
    offsets[slot] = offset;
    ranks[slot] = rank;
    empty = false;
  }

  private static int slot(long key) {
    return (int) (key >>> 44);
  }
}
