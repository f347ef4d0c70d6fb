package dev.strongroom.program;

/**
 * An encoded {@link Activation}: a u8 with the function's code, then as many f32 parameters as the
 * function has (alpha, then beta), then, if {@link #SCALED_FLAG} is set, scale and shift as f32.
 * The flag is set exactly if scale and shift are not 1 and +0. All numbers are finite.
 */
public final class ActivationDescriptor {
  /** u8: code of the function, with {@link #SCALED_FLAG} added if scale and shift follow. */
  public static final int FUNCTION_OFFSET = 0;

  /** The parameters. */
  public static final int PARAMETERS_OFFSET = 1;

  /** Length of a parameter. */
  public static final int PARAMETER_LENGTH = 4;

  /** In the function's byte: scale and shift follow the parameters. */
  public static final int SCALED_FLAG = 0x80;

  private ActivationDescriptor() {}

  /** How many of alpha and beta {@code function} has; those it does not have are 0. */
  public static int parameters(Activation.Function function) {
    return switch (function) {
      case CLIP, HARD_SIGMOID, HARD_SWISH -> 2;
      case SWISH, LEAKY_RELU -> 1;
      case IDENTITY,
          RELU,
          SIGMOID,
          TANH,
          ERF,
          GELU,
          EXP,
          SQRT,
          RSQRT,
          RECIPROCAL,
          ABS,
          SQUARE,
          LOG,
          SIN,
          COS ->
          0;
    };
  }
}
