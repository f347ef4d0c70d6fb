package dev.strongroom.program;

/**
 * An encoded {@link Step}: opcode, length of the payload, payload. The payload holds the components
 * one after another without gaps:
 *
 * <ul>
 *   <li>Open: u32 first chunk, u32 chunk count, view into
 *   <li>Conv2d, DepthwiseConv2d: views in, weights, out; window; activation
 *   <li>MatMul: views a, b, out; activation
 *   <li>Pool2d: u8 kind; views in, out; window
 *   <li>Reduce: u8 kind; views in, out; activation
 *   <li>Unary: views in, out; activation
 *   <li>Binary: u8 kind; views a, b, out; activation
 *   <li>Softmax, Copy: views in, out
 *   <li>LayerNorm: views in, parameters, out; f32 epsilon
 *   <li>Lookup: u32 first row, u32 total rows, u8 merge (0 or 1); views ids, table, out
 *   <li>Cast: views in, out
 * </ul>
 */
public final class StepDescriptor {
  /** u16: which step it is. */
  public static final int OPCODE_OFFSET = 0;

  /** u16: length of the payload. */
  public static final int PAYLOAD_LENGTH_OFFSET = 2;

  /** The payload. */
  public static final int PAYLOAD_OFFSET = 4;

  public static final int OPEN = 1;
  public static final int CONV2D = 2;
  public static final int DEPTHWISE_CONV2D = 3;
  public static final int MAT_MUL = 4;
  public static final int POOL2D = 5;
  public static final int REDUCE = 6;
  public static final int UNARY = 7;
  public static final int BINARY = 8;
  public static final int SOFTMAX = 9;
  public static final int LAYER_NORM = 10;
  public static final int COPY = 11;
  public static final int LOOKUP = 64;
  public static final int CAST = 65;

  /** No step, but a {@link RepeatDescriptor}: steps before it, once more. */
  public static final int REPEAT = 128;

  private StepDescriptor() {}

  /** The opcode of {@code step}. */
  public static int opcode(Step step) {
    return switch (step) {
      case Step.Open s -> OPEN;
      case Step.Conv2d s -> CONV2D;
      case Step.DepthwiseConv2d s -> DEPTHWISE_CONV2D;
      case Step.MatMul s -> MAT_MUL;
      case Step.Pool2d s -> POOL2D;
      case Step.Reduce s -> REDUCE;
      case Step.Unary s -> UNARY;
      case Step.Binary s -> BINARY;
      case Step.Softmax s -> SOFTMAX;
      case Step.LayerNorm s -> LAYER_NORM;
      case Step.Copy s -> COPY;
      case Step.Lookup s -> LOOKUP;
      case Step.Cast s -> CAST;
    };
  }
}
