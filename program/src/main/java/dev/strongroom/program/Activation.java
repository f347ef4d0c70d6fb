package dev.strongroom.program;

/**
 * An element-wise function, applied by itself ({@link Step.Unary}) or as the last thing another
 * step does to each element it writes: {@code y = scale * f(x; alpha, beta) + shift}.
 *
 * @param function f
 * @param alpha first parameter of f, where it has one, else 0
 * @param beta second parameter of f, where it has one, else 0
 * @param scale factor on f's result
 * @param shift summand on the scaled result
 */
public record Activation(Function function, float alpha, float beta, float scale, float shift) {

  /** y = x. */
  public static final Activation NONE = of(Function.IDENTITY, 0, 0);

  /** f with its parameters, neither scaled nor shifted. */
  public static Activation of(Function function, float alpha, float beta) {
    return new Activation(function, alpha, beta, 1, 0);
  }

  /** f without parameters. */
  public static Activation of(Function function) {
    return of(function, 0, 0);
  }

  /** Whether this leaves every element as it is. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** The element-wise functions that engines know. */
  public enum Function {
    /** x. */
    IDENTITY(0),
    /** max(x, 0). */
    RELU(1),
    /** min(max(x, alpha), beta). */
    CLIP(2),
    /** min(max(alpha * x + beta, 0), 1). */
    HARD_SIGMOID(3),
    /** x * min(max(x + alpha, 0), beta) / beta; a quotient, since the usual 1/6 is no float. */
    HARD_SWISH(4),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(5),
    /** x / (1 + exp(-alpha * x)). */
    SWISH(6),
    /** Hyperbolic tangent. */
    TANH(7),
    /** The error function. */
    ERF(8),
    /** x / 2 * (1 + erf(x / sqrt(2))). */
    GELU(9),
    /** x where x &ge; 0, else alpha * x. */
    LEAKY_RELU(10),
    /** e to the power x. */
    EXP(11),
    /** Square root. */
    SQRT(12),
    /** 1 / sqrt(x). */
    RSQRT(13),
    /** 1 / x. */
    RECIPROCAL(14),
    /** |x|. */
    ABS(15),
    /** x * x. */
    SQUARE(16),
    /** Natural logarithm. */
    LOG(17),
    /** Sine of an angle in radians. */
    SIN(18),
    /** Cosine of an angle in radians. */
    COS(19);

    private final int code;

    Function(int code) {
      this.code = code;
    }

    /** The number that stands for this function in an encoded Program. */
    public int code() {
      return code;
    }
  }
}
