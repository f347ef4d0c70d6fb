package dev.strongroom.graph.darknet;

/** What becomes of numbers between the file and the graph. */
final class WeightValues {
  /** normalize_cpu in blas.c. */
  private static final double EPSILON = 0.000001f;

  private WeightValues() {}

  /**
   * Darknet divides by sqrt(variance) + epsilon, graphs by sqrt(variance + epsilon): so the
   * variance becomes the square of what Darknet divides by, and epsilon 0. Rounding it to float
   * changes the quotient by no more than half a unit in its last place.
   */
  static float variance(float rolling) {
    double divisor = Math.sqrt(rolling) + EPSILON;
    return (float) (divisor * divisor);
  }
}
