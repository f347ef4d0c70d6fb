package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;

/**
 * Sine and cosine of a single element: up to {@link MathConstants#SIN_LARGE} by the operations of
 * {@link SineLoop}, beyond it after a reduction in integers.
 */
final class Trigonometry {
  /** 2 / pi, of whose binary fraction this is the beginning, 64 bits each. */
  private static final long[] TWO_OVER_PI_BITS = {
    0xa2f9836e4e441529L, 0xfc2757d1f534ddc0L, 0xdb6295993c439041L, 0xfe5163abdebbc561L
  };

  /** pi / 2 in units of 2^-62. */
  private static final double HALF_PI_UNIT = Math.PI / 2 * 0x1p-62;

  private Trigonometry() {}

  /** sin(x + quarter * pi / 2). */
  static float function(int quarter, float x) {
    if (Math.abs(x) > SIN_LARGE) {
      return large(quarter, x);
    }
    float shifted = Math.fma(x, TWO_OVER_PI, ROUND);
    float k = shifted - ROUND;
    float t = Math.fma(k, -HALF_PI_HIGH, x);
    float middle = k * HALF_PI_MIDDLE;
    float middleLow = Math.fma(k, HALF_PI_MIDDLE, -middle);
    float r = t - middle;
    float back = r - t;
    float low = t - (r - back) - (middle + back) - middleLow;
    low = Math.fma(k, -HALF_PI_LOW, low);
    int quadrant = Float.floatToRawIntBits(shifted) + quarter;
    return (quadrant & 1) == 0 && r * r == 0f ? signed(quadrant, x) : polynomial(quadrant, r, low);
  }

  /** sin(r + low + quadrant * pi / 2), for |r| up to pi / 4 and a little more. */
  private static float polynomial(int quadrant, float r, float low) {
    float z = r * r;
    if ((quadrant & 1) == 0) {
      float p = Math.fma(z, SIN_9, SIN_7);
      p = Math.fma(p, z, SIN_5);
      p = Math.fma(p, z, SIN_3);
      return signed(quadrant, Math.fma(r * z, p, low) + r);
    }
    float q = Math.fma(z, COS_8, COS_6);
    q = Math.fma(q, z, COS_4);
    q = Math.fma(z * z, q, -(r * low));
    float half = z * 0.5f;
    float rest = 1f - half;
    return signed(quadrant, 1f - rest - half + q + rest);
  }

  private static float signed(int quadrant, float y) {
    return (quadrant & 2) == 0 ? y : -y;
  }

  /**
   * The same for any x beyond 1, after Payne and Hanek, Radian reduction for trigonometric
   * functions (ACM SIGNUM Newsletter 18, 1983): x is an integer m times 2^e, and of 2 / pi only the
   * bits from where m 2^e makes no multiples of 4 of them are multiplied, 128 of them. That leaves
   * x * 2 / pi modulo 4 with an error below 2^-61; no float lies nearer to a multiple of pi / 2
   * than 2^-31.
   */
  private static float large(int quarter, float x) {
    if (!(Math.abs(x) <= Float.MAX_VALUE)) {
      return Float.NaN;
    }
    int bits = Float.floatToRawIntBits(x);
    long m = bits & 0x7fffff | 0x800000;
    int e = (bits >>> 23 & 0xff) - 150;
    // In units of 2^-62: the bit that stands for 2^-(e - 1) of 2 / pi, times 2^e, is worth 2.
    long units = m * bitsFrom(e - 2) + Math.unsignedMultiplyHigh(m, bitsFrom(e + 62));
    long k = (units + (1L << 61)) >>> 62;
    double angle = (units - (k << 62)) * HALF_PI_UNIT;
    float r = (float) angle;
    float low = (float) (angle - r);
    int quadrant = (int) k;
    return x < 0f
        ? polynomial(quarter - quadrant, -r, -low)
        : polynomial(quarter + quadrant, r, low);
  }

  /** 64 bits of the fraction of 2 / pi, after the first {@code skipped} ones; zeros before it. */
  private static long bitsFrom(int skipped) {
    int word = skipped >> 6;
    int within = skipped & 63;
    long first = word < 0 ? 0 : TWO_OVER_PI_BITS[word];
    return within == 0 ? first : first << within | TWO_OVER_PI_BITS[word + 1] >>> (64 - within);
  }
}
