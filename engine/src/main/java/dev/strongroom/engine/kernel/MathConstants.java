package dev.strongroom.engine.kernel;

/**
 * Coefficients shared by {@link ExponentialLoop} and {@link ScalarMath}. The polynomials are
 * minimax approximations in the relative error of the function, found by the Remez exchange
 * algorithm and rounded to single precision.
 */
final class MathConstants {
  /** Below, e to the power x rounds to 0; products with it stay finite. */
  static final float EXP_LOWEST = -104f;

  /** Above, e to the power x rounds to infinity. */
  static final float EXP_HIGHEST = 89f;

  static final float LOG2_E = 0x1.715476p+0f;

  /** ln 2 in two parts (Cody and Waite, Software Manual for the Elementary Functions, 1980). */
  static final float LN2_HIGH = 0x1.62e43p-1f;

  static final float LN2_LOW = -0x1.05c61p-29f;

  /** 1.5 * 2^23: adding it rounds to an integer, which then stands in the lowest bits. */
  static final float ROUND = 0x1.8p23f;

  static final int ROUND_BITS = 0x4b400000;

  /** e^r = 1 + r + r^2 * (EXP_2 + EXP_3 r + ...) for |r| up to ln(2) / 2; error 2^-28. */
  static final float EXP_2 = 0x1.fffffcp-2f;

  static final float EXP_3 = 0x1.555482p-3f;
  static final float EXP_4 = 0x1.55593cp-5f;
  static final float EXP_5 = 0x1.1245c8p-7f;
  static final float EXP_6 = 0x1.6a107ep-10f;

  /** Below, tanh by polynomial; above, by the exponential function, which cancels near 0. */
  static final float TANH_SMALL = 0.625f;

  /** tanh x = x + x^3 * (TANH_0 + TANH_1 x^2 + ...) for |x| up to 0.64; error 2^-32. */
  static final float TANH_0 = -0x1.555554p-2f;

  static final float TANH_1 = 0x1.11103ep-3f;
  static final float TANH_2 = -0x1.b9e65ep-5f;
  static final float TANH_3 = 0x1.633044p-6f;
  static final float TANH_4 = -0x1.0a2d8p-7f;
  static final float TANH_5 = 0x1.125018p-9f;

  /** Below, erf by its own polynomial; above, 1 - exp of the logarithm of erfc. */
  static final float ERF_SMALL = 0.95f;

  /** From here on erf rounds to 1. */
  static final float ERF_ONE = 4f;

  /** erf x = x + x * (ERF_0 + ERF_1 x^2 + ...) for |x| up to 0.95; error 2^-30. */
  static final float ERF_0 = 0x1.06eba8p-3f;

  static final float ERF_1 = -0x1.812742p-2f;
  static final float ERF_2 = 0x1.ce2dcap-4f;
  static final float ERF_3 = -0x1.b80962p-6f;
  static final float ERF_4 = 0x1.549664p-8f;
  static final float ERF_5 = -0x1.a88d8ap-11f;
  static final float ERF_6 = 0x1.574ec8p-14f;

  /** ln erfc x = ERFC_0 + ERFC_1 x + ... for x from 0.94 to 4; error in erf 2^-34. */
  static final float ERFC_0 = 0x1.79999ep-13f;

  static final float ERFC_1 = -0x1.212992p+0f;
  static final float ERFC_2 = -0x1.443f46p-1f;
  static final float ERFC_3 = -0x1.bbbf4cp-4f;
  static final float ERFC_4 = 0x1.9c278ep-6f;
  static final float ERFC_5 = -0x1.124284p-8f;
  static final float ERFC_6 = 0x1.ca8c04p-12f;
  static final float ERFC_7 = -0x1.6607ap-16f;

  static final float SQRT_HALF = 0x1.6a09e6p-1f;

  private MathConstants() {}
}
