package dev.strongroom.engine.kernel;

import dev.strongroom.program.Activation;

/** Activations in double precision, by {@link Math}. */
final class ActivationReference {
  private ActivationReference() {}

  static double apply(Activation a, double x) {
    return a.scale() * function(a, x) + a.shift();
  }

  static double function(Activation a, double x) {
    return switch (a.function()) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case CLIP -> Math.min(Math.max(x, a.alpha()), a.beta());
      case HARD_SIGMOID -> Math.min(Math.max(a.alpha() * x + a.beta(), 0), 1);
      case HARD_SWISH -> x * Math.min(Math.max(x + a.alpha(), 0), a.beta()) / a.beta();
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SWISH -> x / (1 + Math.exp(-a.alpha() * x));
      case TANH -> Math.tanh(x);
      case ERF -> ErrorFunction.erf(x);
      case GELU ->
          x == Double.NEGATIVE_INFINITY ? 0 : x / 2 * ErrorFunction.erfc(-x / Math.sqrt(2));
      case LEAKY_RELU -> x >= 0 ? x : a.alpha() * x;
      case EXP -> Math.exp(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
    };
  }
}
