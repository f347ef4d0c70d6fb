package dev.strongroom.program;

import java.util.BitSet;

/**
 * A set of four-byte words of one space, a bit each. It grows with the words put into it, not with
 * the size that a Program claims for the space. Elements smaller than a word count on the safe
 * side: a word is put in only if a run covers it wholly, and asked for if a run touches it.
 */
final class WordSet {
  private static final int SHIFT = 2;
  private static final int PARTIAL = (1 << SHIFT) - 1;

  private final BitSet words = new BitSet();
  private final WorkBudget work;

  WordSet(WorkBudget work) {
    this.work = work;
  }

  /** Takes out every word that begins in the range. */
  void clear(long firstByte, long endByte) throws InvalidProgramException {
    int from = upper(firstByte);
    int to = Math.min(upper(endByte), words.length());
    if (from < to) {
      work.spend(1 + (to - from) / Long.SIZE);
      words.clear(from, to);
    }
  }

  /** Puts in the words that the view's runs cover. */
  void add(View view) throws InvalidProgramException {
    spend(Runs.of(view))
        .all(
            (first, end) -> {
              int from = upper(first);
              int to = lower(end);
              if (from < to) {
                words.set(from, to);
              }
              return true;
            });
  }

  /** Puts in the words that the view's runs touch. */
  void addTouched(View view) throws InvalidProgramException {
    spend(Runs.of(view))
        .all(
            (first, end) -> {
              words.set(lower(first), upper(end));
              return true;
            });
  }

  /** Takes out the words that the view's runs touch. */
  void removeTouched(View view) throws InvalidProgramException {
    spend(Runs.of(view))
        .all(
            (first, end) -> {
              words.clear(lower(first), upper(end));
              return true;
            });
  }

  /** The first byte of a word that the view needs and the set lacks, or -1 if there is none. */
  long firstMissing(View view) throws InvalidProgramException {
    long[] missing = {-1};
    spend(Runs.of(view))
        .all(
            (first, end) -> {
              int clear = words.nextClearBit(lower(first));
              if (clear < upper(end)) {
                missing[0] = (long) clear << SHIFT;
              }
              return missing[0] < 0;
            });
    return missing[0];
  }

  /** Whether some run of the view touches a word of the set. */
  boolean touches(View view) throws InvalidProgramException {
    return !spend(Runs.of(view))
        .all(
            (first, end) -> {
              int set = words.nextSetBit(lower(first));
              return set < 0 || set >= upper(end);
            });
  }

  private Runs spend(Runs runs) throws InvalidProgramException {
    work.spend(runs.count() * (1 + (runs.bytes() >> SHIFT) / Long.SIZE));
    return runs;
  }

  private static int lower(long position) {
    return (int) (position >> SHIFT);
  }

  private static int upper(long position) {
    return (int) ((position + PARTIAL) >> SHIFT);
  }
}
