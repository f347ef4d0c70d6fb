package dev.strongroom.program;

import java.util.Arrays;

/**
 * A set of the words of one space, a bit each; a word has four bytes or one. It grows with the
 * words put into it, not with the size that a Program claims for the space. Elements smaller than a
 * word count on the safe side: a word is put in only if a run covers it wholly, and asked for if a
 * run touches it.
 *
 * <p>{@link java.util.BitSet} would not do: its searches go on behind the end of a run, which makes
 * a tensor that is read in many short runs take time in the square of its size.
 */
final class WordSet {
  /** The longer of the two possible words. */
  static final int WORD_BYTES = 4;

  private static final int BITS_SHIFT = 6;

  private final WorkBudget work;
  private final int wordShift;
  private final int wordMask;
  private long[] bits = new long[64];

  /**
   * @param wordBytes {@link #WORD_BYTES} or 1
   */
  WordSet(WorkBudget work, int wordBytes) {
    this.work = work;
    this.wordShift = Integer.numberOfTrailingZeros(wordBytes);
    this.wordMask = wordBytes - 1;
  }

  /** Takes out every word that begins in the range. */
  void clear(long firstByte, long endByte) throws InvalidProgramException {
    int from = upper(firstByte);
    int to = upper(endByte);
    work.spend(1 + (to - from) / Long.SIZE);
    clearWords(from, to);
  }

  /** Puts in the words that the view's runs cover. */
  void add(View view) throws InvalidProgramException {
    spend(view).all((first, end) -> setWords(upper(first), lower(end)));
  }

  /** Puts in the words that the view's runs touch. */
  void addTouched(View view) throws InvalidProgramException {
    spend(view).all((first, end) -> setWords(lower(first), upper(end)));
  }

  /** Takes out the words that the view's runs touch. */
  void removeTouched(View view) throws InvalidProgramException {
    spend(view).all((first, end) -> clearWords(lower(first), upper(end)));
  }

  /** The first byte of a word that the view needs and the set lacks, or -1 if there is none. */
  long firstMissing(View view) throws InvalidProgramException {
    long[] missing = {-1};
    spend(view)
        .all(
            (first, end) -> {
              int word = firstClear(lower(first), upper(end));
              missing[0] = word < 0 ? -1 : (long) word << wordShift;
              return word < 0;
            });
    return missing[0];
  }

  /** Whether some run of the view touches a word of the set. */
  boolean touches(View view) throws InvalidProgramException {
    return !spend(view).all((first, end) -> noneSet(lower(first), upper(end)));
  }

  private Runs spend(View view) throws InvalidProgramException {
    Runs runs = Runs.of(view);
    work.spend(runs.count() * (1 + (runs.bytes() >> wordShift) / Long.SIZE));
    return runs;
  }

  private boolean setWords(int from, int to) {
    if (from < to) {
      int last = (to - 1) >> BITS_SHIFT;
      if (last >= bits.length) {
        bits = Arrays.copyOf(bits, Math.max(last + 1, bits.length * 2));
      }
      for (int i = from >> BITS_SHIFT; i <= last; i++) {
        bits[i] |= mask(i, from, to);
      }
    }
    return true;
  }

  private boolean clearWords(int from, int to) {
    int end = Math.min(to, bits.length << BITS_SHIFT);
    for (int i = from >> BITS_SHIFT; i << BITS_SHIFT < end; i++) {
      bits[i] &= ~mask(i, from, end);
    }
    return true;
  }

  private boolean noneSet(int from, int to) {
    int end = Math.min(to, bits.length << BITS_SHIFT);
    for (int i = from >> BITS_SHIFT; i << BITS_SHIFT < end; i++) {
      if ((bits[i] & mask(i, from, end)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The first word from {@code from} on, before {@code to}, that is not in the set, or -1. */
  private int firstClear(int from, int to) {
    int end = Math.min(to, bits.length << BITS_SHIFT);
    for (int i = from >> BITS_SHIFT; i << BITS_SHIFT < end; i++) {
      long clear = ~bits[i] & mask(i, from, end);
      if (clear != 0) {
        return (i << BITS_SHIFT) + Long.numberOfTrailingZeros(clear);
      }
    }
    return end < to ? Math.max(from, end) : -1;
  }

  /** The bits of element {@code i} that stand for words from {@code from} on, before {@code to}. */
  private static long mask(int i, int from, int to) {
    int base = i << BITS_SHIFT;
    long mask = -1L;
    if (from > base) {
      mask <<= from - base;
    }
    if (to < base + Long.SIZE) {
      mask &= -1L >>> (base + Long.SIZE - to);
    }
    return mask;
  }

  private int lower(long position) {
    return (int) (position >> wordShift);
  }

  private int upper(long position) {
    return (int) ((position + wordMask) >> wordShift);
  }
}
