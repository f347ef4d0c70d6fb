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
 *   <li>QuantizedConv2d, QuantizedDepthwiseConv2d: views in, weights, workspace, out; window; i8
 *       zero point of in; activation; saturation
 *   <li>Quantize: views in, out; f32 scale; saturation
 *   <li>Dequantize: views in, out; f32 scale; i8 zero point
 *   <li>Table: views in, table, out
 *   <li>QuantizedBinary: u8 kind; views a, b, out; i8 zero points of a and b; f32 scales of a and
 *       b; saturation
 *   <li>QuantizedPool2d: u8 kind; views in, out; window; i8 zero point of in; f32 scale; saturation
 *   <li>Resize2d: views in, out; samplings of rows and columns
 *   <li>Lookup: u32 first row, u32 total rows, u8 merge (0 or 1); views ids, table, out
 *   <li>Cast: views in, out
 *   <li>Receive: views from, into
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
  public static final int QUANTIZED_CONV2D = 12;
  public static final int QUANTIZED_DEPTHWISE_CONV2D = 13;
  public static final int QUANTIZE = 14;
  public static final int DEQUANTIZE = 15;
  public static final int TABLE = 16;
  public static final int QUANTIZED_BINARY = 17;
  public static final int QUANTIZED_POOL2D = 18;
  public static final int RESIZE2D = 19;
  public static final int LOOKUP = 64;
  public static final int CAST = 65;
  public static final int RECEIVE = 66;

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
      case Step.QuantizedConv2d s -> QUANTIZED_CONV2D;
      case Step.QuantizedDepthwiseConv2d s -> QUANTIZED_DEPTHWISE_CONV2D;
      case Step.Quantize s -> QUANTIZE;
      case Step.Dequantize s -> DEQUANTIZE;
      case Step.Table s -> TABLE;
      case Step.QuantizedBinary s -> QUANTIZED_BINARY;
      case Step.QuantizedPool2d s -> QUANTIZED_POOL2D;
      case Step.Resize2d s -> RESIZE2D;
      case Step.Lookup s -> LOOKUP;
      case Step.Cast s -> CAST;
      case Step.Receive s -> RECEIVE;
    };
  }
}
