package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;

import dev.strongroom.program.Activation.Function;

/**
 * The elementary functions that networks need, for a single element: the same operations as in
 * {@link ExponentialLoop} and {@link SimpleLoops}, so the same bits.
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
      case SWISH -> x * sigmoid(x * alpha);
      case TANH -> tanh(x);
      case ERF -> erf(x);
      case GELU -> x * 0.5f * (erf(x * SQRT_HALF) + 1f);
      case LEAKY_RELU -> x < 0f ? x * alpha : x;
      case EXP -> exp(x);
      case SQRT -> sqrt(x);
      case RSQRT -> 1f / sqrt(x);
      case RECIPROCAL -> 1f / x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
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
    float p = Math.fma(EXP_6, r, EXP_5);
    p = Math.fma(p, r, EXP_4);
    p = Math.fma(p, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p * r, r, r) + 1f;
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    int half = exponent >> 1;
    return p * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    return (x < 0f ? e : 1f) / (e + 1f);
  }

  static float tanh(float x) {
    float magnitude = Math.abs(x);
    if (magnitude < TANH_SMALL) {
      float z = x * x;
      float p = Math.fma(TANH_5, z, TANH_4);
      p = Math.fma(p, z, TANH_3);
      p = Math.fma(p, z, TANH_2);
      p = Math.fma(p, z, TANH_1);
      p = Math.fma(p, z, TANH_0);
      return Math.fma(p * z, x, x);
    }
    float large = 1f - 2f / (exp(magnitude + magnitude) + 1f);
    return x < 0f ? -large : large;
  }

  static float erf(float x) {
    float magnitude = Math.abs(x);
    if (magnitude < ERF_SMALL) {
      float z = x * x;
      float p = Math.fma(ERF_6, z, ERF_5);
      p = Math.fma(p, z, ERF_4);
      p = Math.fma(p, z, ERF_3);
      p = Math.fma(p, z, ERF_2);
      p = Math.fma(p, z, ERF_1);
      p = Math.fma(p, z, ERF_0);
      return Math.fma(p, x, x);
    }
    float t = magnitude > ERF_ONE ? ERF_ONE : magnitude;
    float q = Math.fma(ERFC_7, t, ERFC_6);
    q = Math.fma(q, t, ERFC_5);
    q = Math.fma(q, t, ERFC_4);
    q = Math.fma(q, t, ERFC_3);
    q = Math.fma(q, t, ERFC_2);
    q = Math.fma(q, t, ERFC_1);
    q = Math.fma(q, t, ERFC_0);
    float large = 1f - exp(q);
    return x < 0f ? -large : large;
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }
}
