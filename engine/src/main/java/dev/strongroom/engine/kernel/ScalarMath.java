package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;

import dev.strongroom.program.Activation.Function;

/**
 * The elementary functions that networks need, for a single element: the same operations as in
 * {@link ExponentialLoop} and the other loops over vectors, so the same bits.
 */
final class ScalarMath {
  private ScalarMath() {}

  /** {@code function(x; alpha, beta)}. */
  static float apply(Function function, float x, float alpha, float beta) {
    return switch (function) {
      case IDENTITY -> x;
      case RELU -> x < 0f ? 0f : x;
      case CLIP -> clamp(x, alpha, beta);
      case HARD_SIGMOID -> hardSigmoid(x, alpha, beta);
      case HARD_SWISH -> x * clamp(x + alpha, 0f, beta) / beta;
      case SIGMOID -> sigmoid(x);
      case SWISH -> sigmoid(x * alpha) * x;
      case TANH -> tanh(x);
      case ERF -> erf(x);
      case GELU -> gelu(x);
      case LEAKY_RELU -> x < 0f ? x * alpha : x;
      case EXP -> exp(x);
      case SQRT -> sqrt(x);
      case RSQRT -> 1f / sqrt(x);
      case RECIPROCAL -> 1f / x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case LOG -> log(x);
      case SIN -> Trigonometry.function(0, x);
      case COS -> Trigonometry.function(1, x);
    };
  }

  static float clamp(float x, float lowest, float highest) {
    float y = x < lowest ? lowest : x;
    return y > highest ? highest : y;
  }

  static float hardSigmoid(float x, float alpha, float beta) {
    return clamp(Math.fma(x, alpha, beta), 0f, 1f);
  }

  static float exp(float x) {
    float clamped = clamp(x, EXP_LOWEST, EXP_HIGHEST);
    float shifted = Math.fma(clamped, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float r = Math.fma(k, -LN2_HIGH, clamped);
    r = Math.fma(k, -LN2_LOW, r);
    float q = Math.fma(r, EXP_7, EXP_6);
    q = Math.fma(q, r, EXP_5);
    q = Math.fma(q, r, EXP_4);
    q = Math.fma(q, r, EXP_3);
    q = Math.fma(q, r, EXP_2);
    float y = Math.fma(q * r, r, r) + 1f;
    int exponent = Float.floatToRawIntBits(shifted);
    int half = exponent >> 1;
    return y * powerOfTwo(half, ONE_BITS) * powerOfTwo(exponent - half, ONE_BITS);
  }

  /** (e^r - 1 - r) / r^2. */
  private static float expTail(float r) {
    float q = Math.fma(r, SHORT_EXP_6, SHORT_EXP_5);
    q = Math.fma(q, r, SHORT_EXP_4);
    q = Math.fma(q, r, SHORT_EXP_3);
    q = Math.fma(q, r, SHORT_EXP_2);
    return q;
  }

  /**
   * 2 to the power of the integer in {@code shifted}'s lowest bits, times the float {@code one}.
   */
  private static float powerOfTwo(int shifted, int one) {
    return Float.intBitsToFloat((shifted << 23) + one);
  }

  static float sigmoid(float x) {
    float power = -Math.abs(x);
    power = power < EXP_LOWEST ? EXP_LOWEST : power;
    float shifted = Math.fma(power, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float r = Math.fma(k, -LN2_HIGH, power);
    r = Math.fma(k, -LN2_LOW, r);
    float e = Math.fma(expTail(r) * r, r, r) + 1f;
    e = e * powerOfTwo(Float.floatToRawIntBits(shifted), RAISED_BITS) * LOWER;
    float d = e + 1f;
    float quotient = (x < 0f ? e : 1f) / d;
    return Math.fma(quotient, d - 1f - e, quotient);
  }

  static float tanh(float x) {
    float power = -2f * Math.abs(x);
    power = power < TANH_LOWEST ? TANH_LOWEST : power;
    float shifted = Math.fma(power, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float r = Math.fma(k, -LN2_HIGH, power);
    r = Math.fma(k, -LN2_LOW, r);
    float p = Math.fma(expTail(r) * r, r, r);
    float factor = powerOfTwo(Float.floatToRawIntBits(shifted), ONE_BITS);
    float m = Math.fma(p, factor, factor - 1f);
    float d = m + 2f;
    float low = m - (d - 2f);
    float inverse = 1f / d;
    float quotient = m * inverse;
    float rest = Math.fma(-quotient, d, m);
    rest = Math.fma(-quotient, low, rest);
    return Math.copySign(Math.fma(rest, inverse, quotient), x);
  }

  static float erf(float x) {
    float t = Math.abs(x);
    if (t < ERF_SMALL) {
      float z = t * t;
      float p = Math.fma(z, ERF_6, ERF_5);
      p = Math.fma(p, z, ERF_4);
      p = Math.fma(p, z, ERF_3);
      p = Math.fma(p, z, ERF_2);
      p = Math.fma(p, z, ERF_1);
      p = Math.fma(p, z, ERF_0);
      return Math.copySign(Math.fma(p, t, t), x);
    }
    t = t > ERF_ONE ? ERF_ONE : t;
    float power = Math.fma(t, ERFC_7, ERFC_6);
    power = Math.fma(power, t, ERFC_5);
    power = Math.fma(power, t, ERFC_4);
    power = Math.fma(power, t, ERFC_3);
    power = Math.fma(power, t, ERFC_2);
    power = Math.fma(power, t, ERFC_1);
    power = Math.fma(power, t, ERFC_0);
    float shifted = Math.fma(power, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float r = Math.fma(k, -LN2_HIGH, power);
    r = Math.fma(k, -LN2_LOW, r);
    float e = Math.fma(expTail(r) * r, r, r) + 1f;
    float factor = powerOfTwo(Float.floatToRawIntBits(shifted), ONE_BITS);
    return Math.copySign(Math.fma(-factor, e, 1f), x);
  }

  static float gelu(float x) {
    float t = Math.abs(x);
    t = t > GELU_TAIL ? GELU_TAIL : t;
    float d = Math.fma(t, GELU_C, 1f);
    float low = Math.fma(t, GELU_C, 1f - d);
    float inverse = 1f / d;
    float quotient = t * inverse;
    float rest = Math.fma(-quotient, d, t);
    rest = Math.fma(-quotient, low, rest) * inverse;
    float s = quotient + rest;
    float u = s - GELU_CENTRE;
    float w = Math.fma(u, GELU_10, GELU_9);
    w = Math.fma(w, u, GELU_8);
    w = Math.fma(w, u, GELU_7);
    w = Math.fma(w, u, GELU_6);
    w = Math.fma(w, u, GELU_5);
    w = Math.fma(w, u, GELU_4);
    w = Math.fma(w, u, GELU_3);
    w = Math.fma(w, u, GELU_2);
    w = Math.fma(w, u, GELU_1);
    w = Math.fma(w, u, GELU_0);
    float base = s * GELU_BASE;
    float product = Math.fma(w, s, base);
    float productLow = Math.fma(w, s, base - product);
    productLow = Math.fma(w + GELU_SLOPE, rest - (s - quotient), productLow);

    float half = t * -0.5f;
    float power = half * t;
    float powerLow = Math.fma(half, t, -power);
    float shifted = Math.fma(power, LOG2_E, ROUND);
    float k = shifted - ROUND;
    float high = Math.fma(k, -LN2_HIGH, power);
    powerLow = Math.fma(k, -LN2_LOW, powerLow);
    float r = high + powerLow;
    float q = Math.fma(r * r, expTail(r), powerLow);
    float e = high + 1f;
    float eLow = high - (e - 1f) + q;
    productLow = Math.fma(eLow, product, productLow);
    product = Math.fma(product, e, productLow);
    product = product * powerOfTwo(Float.floatToRawIntBits(shifted), RAISED_BITS) * LOWER;
    return x < 0f ? -product : x - product;
  }

  static float log(float x) {
    if (!(x > 0f && x <= Float.MAX_VALUE)) {
      return x == 0f ? Float.NEGATIVE_INFINITY : x < 0f ? Float.NaN : x;
    }
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * LOG_RAISE : x);
    int exponent = (bits - LOG_LOWEST_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float k = exponent - (subnormal ? LOG_RAISED : 0f);
    float p = Math.fma(f, LOG_10, LOG_9);
    p = Math.fma(p, f, LOG_8);
    p = Math.fma(p, f, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, LOG_2);
    p = Math.fma(k, LN2_LOW, p * (f * f));
    return Math.fma(k, LN2_HIGH, p + f);
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }
}
