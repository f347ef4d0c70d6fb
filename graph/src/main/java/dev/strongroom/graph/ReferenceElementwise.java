package dev.strongroom.graph;

/** Functions applied to each element by itself. */
final class ReferenceElementwise {
  private ReferenceElementwise() {}

  static Tensor unary(Op.Unary op, Tensor in) {
    float[] x = in.floats();
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) apply(op, x[i]);
    }
    return Tensor.ofFloats(x, in.shape().dims());
  }

  static Tensor binary(Op.Binary op, Tensor a, Tensor b, Shape out) {
    float[] x = a.floats();
    float[] y = b.floats();
    float[] z = new float[Math.toIntExact(out.elements())];
    Strides.forEach(
        out.dims(),
        Strides.broadcast(a.shape(), out),
        0,
        Strides.broadcast(b.shape(), out),
        (i, ia, ib) -> z[i] = (float) apply(op.kind(), x[ia], y[ib]));
    return Tensor.ofFloats(z, out.dims());
  }

  private static double apply(Op.Binary.Kind kind, double a, double b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> Math.pow(a, b);
      case EQUAL -> a == b ? 1 : 0;
    };
  }

  private static double apply(Op.Unary op, double x) {
    double alpha = op.alpha();
    double beta = op.beta();
    return switch (op.function()) {
      case RELU -> Math.max(x, 0);
      case CLIP -> Math.min(Math.max(x, alpha), beta);
      case HARD_SIGMOID -> Math.min(Math.max(alpha * x + beta, 0), 1);
      case HARD_SWISH -> x * Math.min(Math.max(alpha * x + beta, 0), 1);
      case SIGMOID -> sigmoid(x);
      case SWISH -> x * sigmoid(alpha * x);
      case TANH -> Math.tanh(x);
      case ERF -> erf(x);
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
      case LEAKY_RELU -> x >= 0 ? x : alpha * x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case ABS -> Math.abs(x);
      case AFFINE -> alpha * x + beta;
    };
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * The error function by the series of Abramowitz and Stegun, 7.1.6, whose terms all have one
   * sign: 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (1 * 3 * … * (2n+1)).
   */
  static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
