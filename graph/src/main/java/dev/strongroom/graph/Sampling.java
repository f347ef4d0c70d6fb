package dev.strongroom.graph;

/**
 * Where along one dimension a resized tensor samples the original: index o of the result lies at
 * the position {@code (start + o * step) / denominator} of the input, moved to the nearest end
 * where that is outside. Positions are exact, so that a piece of a result samples what the whole
 * does.
 *
 * @param size of the result's dimension
 * @param start may be negative
 * @param step not negative
 * @param denominator from 1 to {@link #MAX_DENOMINATOR}
 */
public record Sampling(int size, int start, int step, int denominator) {
  /** Up to here a position's fraction is a quotient of two integers that FLOAT32 holds. */
  public static final int MAX_DENOMINATOR = 1 << 24;

  /**
   * @throws IllegalArgumentException if a number is outside its range
   */
  public Sampling {
    if (size < 1 || step < 0 || denominator < 1 || denominator > MAX_DENOMINATOR) {
      throw new IllegalArgumentException(
          "no sampling: size %d, step %d / %d".formatted(size, step, denominator));
    }
  }

  /** Each index of the input once. */
  public static Sampling identity(int size) {
    return new Sampling(size, 0, 1, 1);
  }

  /** The position of index {@code o} in an input of {@code inputSize}, times the denominator. */
  public long scaledPosition(int o, int inputSize) {
    return Math.clamp(start + (long) o * step, 0, (long) (inputSize - 1) * denominator);
  }

  /** What a piece of the result does with a piece of the input. */
  public Sampling piece(int from, int to, int inputFrom) {
    long first = start + (long) from * step - (long) inputFrom * denominator;
    return new Sampling(to - from, Math.toIntExact(first), step, denominator);
  }
}
