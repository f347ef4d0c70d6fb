package dev.strongroom.engine.kernel;

/**
 * Coefficients shared by {@link ScalarMath} and the loops over vectors. The polynomials are minimax
 * approximations in the relative error of the function unless said otherwise, found by the Remez
 * exchange algorithm or Lawson's weighting of least squares, and rounded to single precision one
 * coefficient after another, the others fitted again each time.
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

  /** 1f: added to an integer shifted to where the exponent stands, it gives a power of two. */
  static final int ONE_BITS = 0x3f800000;

  /** 2^64: the same for a power of two that may lie below the normal numbers. */
  static final int RAISED_BITS = 0x5f800000;

  /** 2^-64. */
  static final float LOWER = 0x1p-64f;

  static final int SIGN_BIT = Integer.MIN_VALUE;

  /** e^r = 1 + r + r^2 * (EXP_2 + EXP_3 r + ...) for |r| up to ln(2) / 2; error 2^-33. */
  static final float EXP_2 = 0.5f;

  static final float EXP_3 = 0x1.555554p-3f;
  static final float EXP_4 = 0x1.5554e8p-5f;
  static final float EXP_5 = 0x1.111312p-7f;
  static final float EXP_6 = 0x1.6d4cfap-10f;
  static final float EXP_7 = 0x1.9df44cp-13f;

  /** The same with a term less, where e^r is a part of a function; error 2^-28. */
  static final float SHORT_EXP_2 = 0x1.fffffcp-2f;

  static final float SHORT_EXP_3 = 0x1.555492p-3f;
  static final float SHORT_EXP_4 = 0x1.5558bcp-5f;
  static final float SHORT_EXP_5 = 0x1.1239c6p-7f;
  static final float SHORT_EXP_6 = 0x1.6a415p-10f;

  /** Of twice -|x|: from here on tanh rounds to 1. */
  static final float TANH_LOWEST = -20f;

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

  /** Beyond, |x| Q(x) rounds to 0, where Q is the tail of the normal distribution. */
  static final float GELU_TAIL = 14.5f;

  /** c in s = t / (1 + c t), and in W(s) = (1 + c t) * exp(t^2 / 2) * Q(t). */
  static final float GELU_C = 0x1.5c28f6p-2f;

  /** Where {@link #GELU_0} and the rest expand W. */
  static final float GELU_CENTRE = 1f;

  /** Split off W: s times it is exact. */
  static final float GELU_BASE = 0.25f;

  /**
   * W - GELU_BASE + GELU_SLOPE stands for the derivative of s * W(s), of which only the ends
   * matter: 0.5 at 0, near 0 in the tail.
   */
  static final float GELU_SLOPE = 0x1.70a3d8p-4f;

  /**
   * W(s) = GELU_BASE + GELU_0 + GELU_1 u + ... with u = s - GELU_CENTRE, for t from 0 to 14.5;
   * error 2^-28.6.
   */
  static final float GELU_0 = 0x1.e94c34p-5f;

  static final float GELU_1 = -0x1.34bf1cp-3f;
  static final float GELU_2 = 0x1.3f2926p-5f;
  static final float GELU_3 = -0x1.0576b6p-9f;
  static final float GELU_4 = -0x1.7144cp-10f;
  static final float GELU_5 = 0x1.be0a38p-14f;
  static final float GELU_6 = 0x1.583de4p-14f;
  static final float GELU_7 = 0x1.737164p-20f;
  static final float GELU_8 = -0x1.7646f6p-18f;
  static final float GELU_9 = -0x1.9d80f6p-21f;
  static final float GELU_10 = 0x1.a5a81cp-22f;

  /** 2^24: makes subnormal numbers normal. */
  static final float LOG_RAISE = 0x1p24f;

  static final float LOG_RAISED = 24f;

  /** The bits of 2/3, the least that a number is scaled to: up to 4/3. */
  static final int LOG_LOWEST_BITS = 0x3f2aaaab;

  /** ln(1 + f) = f + f^2 * (LOG_2 + LOG_3 f + ...) for |f| up to 1/3; error 2^-27.7. */
  static final float LOG_2 = -0x1p-1f;

  static final float LOG_3 = 0x1.555506p-2f;
  static final float LOG_4 = -0x1.fffefap-3f;
  static final float LOG_5 = 0x1.99d05ep-3f;
  static final float LOG_6 = -0x1.559c2ep-3f;
  static final float LOG_7 = 0x1.1ed42p-3f;
  static final float LOG_8 = -0x1.f33c56p-4f;
  static final float LOG_9 = 0x1.1e73cep-3f;
  static final float LOG_10 = -0x1.07aabcp-3f;

  /** Above, {@link #HALF_PI_HIGH} and the rest are not exact enough any more. */
  static final float SIN_LARGE = 131072f;

  static final float TWO_OVER_PI = 0x1.45f306p-1f;

  /** pi / 2 in three parts. */
  static final float HALF_PI_HIGH = 0x1.921fb6p+0f;

  static final float HALF_PI_MIDDLE = -0x1.777a5cp-25f;
  static final float HALF_PI_LOW = -0x1.ee59dap-50f;

  /** sin r = r + r^3 * (SIN_3 + SIN_5 r^2 + ...) for |r| up to 0.79; error 2^-32.5. */
  static final float SIN_3 = -0x1.555556p-3f;

  static final float SIN_5 = 0x1.111174p-7f;
  static final float SIN_7 = -0x1.a05912p-13f;
  static final float SIN_9 = 0x1.7c0aeap-19f;

  /** cos r = 1 - r^2 / 2 + r^4 * (COS_4 + COS_6 r^2 + ...) for |r| up to 0.79; error 2^-33.1. */
  static final float COS_4 = 0x1.55554ap-5f;

  static final float COS_6 = -0x1.6c0c1ap-10f;
  static final float COS_8 = 0x1.99e0ecp-16f;

  private MathConstants() {}
}
