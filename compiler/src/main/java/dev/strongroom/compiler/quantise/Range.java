package dev.strongroom.compiler.quantise;

/**
 * What an activation's 256 integers stand for: 255 equal steps from {@code low} to {@code high},
 * shifted so that one of the integers is exactly 0, which padding and ReLU produce all the time.
 *
 * @param low at most 0
 * @param high at least 0
 */
record Range(double low, double high) {
  /** Less is taken for 0: the product with a weight's scale must remain a normal float. */
  private static final double SMALLEST_STEP = 1e-18;

  Range {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }

  /** The distance of two neighbours. */
  float scale() {
    double step = (high - low) / 255;
    return step < SMALLEST_STEP ? 1 : (float) step;
  }

  /** The integer that stands for 0. */
  byte zeroPoint() {
    return (byte) Math.clamp(Math.round(-128 - low / scale()), Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  /** The smallest range that covers both. */
  Range union(Range other) {
    return new Range(Math.min(low, other.low), Math.max(high, other.high));
  }
}
