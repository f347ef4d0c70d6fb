package dev.strongroom.engine.kernel;

/**
 * The error function and its complement in double precision, to some 13 digits of the result, fast
 * enough for billions of arguments: series of Taylor around multiples of 1/8, worked out once.
 */
final class ErrorFunction {
  private static final int STEPS = 8;
  private static final int LAST = 27;
  private static final int TERMS = 20;

  /** erfc(node + h) * exp(node^2) = sum of [node][n] * h^n. */
  private static final double[][] SCALED = new double[LAST * STEPS + 1][];

  private static final double[] SQUARES = new double[SCALED.length];

  static {
    for (int i = 0; i < SCALED.length; i++) {
      SCALED[i] = taylor(i / (double) STEPS);
      SQUARES[i] = Math.exp(-(i / (double) STEPS) * (i / (double) STEPS));
    }
  }

  private ErrorFunction() {}

  static double erf(double x) {
    if (Math.abs(x) < 0.5) {
      return series(x);
    }
    return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  }

  static double erfc(double x) {
    if (x < 0) {
      return 2 - erfc(-x);
    }
    if (!(x < LAST)) {
      return x >= LAST ? 0 : x;
    }
    int node = (int) Math.rint(x * STEPS);
    double h = x - node / (double) STEPS;
    double[] c = SCALED[node];
    double sum = c[TERMS];
    for (int n = TERMS - 1; n >= 0; n--) {
      sum = Math.fma(sum, h, c[n]);
    }
    return sum * SQUARES[node];
  }

  /**
   * Derivatives of f(h) = erfc(a + h) exp(a^2): f' is -2 / sqrt(pi) exp(-2 a h - h^2), whose own
   * coefficients g follow from g' = -2 (a + h) g.
   */
  private static double[] taylor(double a) {
    double[] c = new double[TERMS + 1];
    c[0] = scaled(a);
    double before = 0;
    double g = -2 / Math.sqrt(Math.PI);
    for (int n = 1; n <= TERMS; n++) {
      c[n] = g / n;
      double next = -2 * (a * g + before) / n;
      before = g;
      g = next;
    }
    return c;
  }

  /** erfc(a) exp(a^2): by the series of erf up to 1, beyond that by its continued fraction. */
  private static double scaled(double a) {
    if (a <= 1) {
      return (1 - series(a)) * Math.exp(a * a);
    }
    double fraction = a;
    for (int k = 2_000; k > 0; k--) {
      fraction = a + k / 2.0 / fraction;
    }
    return 1 / Math.sqrt(Math.PI) / fraction;
  }

  /** Abramowitz and Stegun, 7.1.6, whose terms all have one sign. */
  static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
