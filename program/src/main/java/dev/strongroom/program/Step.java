package dev.strongroom.program;

import java.util.List;

/**
 * One instruction of a {@link Program}. Every operand is a {@link View}; every size a kernel needs
 * is in its views. Unless a step says otherwise, element types are {@link ElementType#F32} and the
 * output may not overlap an input.
 *
 * <p>In-place execution: {@link Unary}, {@link Binary}, {@link QuantizedBinary}, {@link Softmax},
 * {@link LayerNorm} and {@link Table} may write over an input if the two views are equal (same
 * offset, shape and strides). A {@link Lookup} that merges reads its own output.
 *
 * <p>The quantised steps compute on {@link ElementType#I8}, an element q standing for {@code (q -
 * zeroPoint) * scale}. Their sums are exact integers; what is rounded, and when, is said of each,
 * so that all engines agree to the bit (as far as they agree on {@link Activation}s). No step
 * contracts a product and a sum that it rounds into one operation.
 */
public sealed interface Step {

  /** What the step reads, in the order of its components. Empty for {@link Open}. */
  List<View> reads();

  /** What the step writes. */
  View writes();

  /**
   * What the step uses as it likes while it runs: neither read before it is written, nor worth
   * anything afterwards. It overlaps neither what is read nor what is written.
   */
  default List<View> scratch() {
    return List.of();
  }

  /**
   * The same step on other operands, with the same scratch.
   *
   * @param reads as many as {@link #reads} has, in its order
   */
  Step with(List<View> reads, View writes);

  /**
   * Opens {@code chunkCount} consecutive streamed chunks, one after another without gaps, into
   * {@code into}, a dense {@link ElementType#U8} view of rank 1 in {@link Space#WINDOW} whose size
   * is the sum of the chunks' plaintext lengths.
   */
  record Open(int firstChunk, int chunkCount, View into) implements Step {
    @Override
    public List<View> reads() {
      return List.of();
    }

    @Override
    public View writes() {
      return into;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Open(firstChunk, chunkCount, writes);
    }
  }

  /**
   * Convolution (cross-correlation, as ONNX Conv), also every product with constant weights: {@code
   * in} [N, H, W, C], {@code out} [N, OH, OW, OC], channels of both with stride 1. {@code weights}
   * is packed as {@link PackedWeights#conv} says and holds the bias.
   */
  record Conv2d(View in, View weights, View out, Window2d window, Activation activation)
      implements Step {
    @Override
    public List<View> reads() {
      return List.of(in, weights);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Conv2d(reads.get(0), reads.get(1), writes, window, activation);
    }
  }

  /**
   * Depthwise convolution, one filter a channel: {@code in} [N, H, W, C], {@code out} [N, OH, OW,
   * C], channels of both with stride 1. {@code weights} is packed as {@link
   * PackedWeights#depthwise} says and holds the bias.
   */
  record DepthwiseConv2d(View in, View weights, View out, Window2d window, Activation activation)
      implements Step {
    @Override
    public List<View> reads() {
      return List.of(in, weights);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new DepthwiseConv2d(reads.get(0), reads.get(1), writes, window, activation);
    }
  }

  /**
   * Product of two activations, in batches: {@code a} [B0, B1, M, K] times {@code b} [B0, B1, K, N]
   * gives {@code out} [B0, B1, M, N]. Any strides; a stride of 0 broadcasts a batch dimension of an
   * input.
   */
  record MatMul(View a, View b, View out, Activation activation) implements Step {
    @Override
    public List<View> reads() {
      return List.of(a, b);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new MatMul(reads.get(0), reads.get(1), writes, activation);
    }
  }

  /** Pooling over [N, H, W, C], channels with stride 1. Padding never enters a maximum. */
  record Pool2d(Kind kind, View in, View out, Window2d window) implements Step {
    /** What is made of the pixels under the window. */
    public enum Kind {
      MAX(0),
      /** Divides by the number of taps that lie inside the input. */
      AVERAGE(1),
      /** Divides by the number of all taps, as if the padding were zeros that count. */
      AVERAGE_WITH_PADDING(2);

      private final int code;

      Kind(int code) {
        this.code = code;
      }

      public int code() {
        return code;
      }
    }

    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Pool2d(kind, reads.get(0), writes, window);
    }
  }

  /**
   * Bilinear interpolation: {@code in} [N, H, W, C], {@code out} [N, OH, OW, C], channels of both
   * with stride 1. An output pixel lies between two rows and two columns of the input, {@code y0 =
   * ⌊y⌋} and {@code y0 + 1}, {@code x0 = ⌊x⌋} and {@code x0 + 1}, its positions y and x being those
   * of {@code rows} and {@code columns}; where a position is an index, that one is both. With
   * {@code between(a, b, f) = a + (b - a) * f}:
   *
   * <pre>
   * top    = between(in[y0, x0],     in[y0, x0 + 1],     x - x0)
   * bottom = between(in[y0 + 1, x0], in[y0 + 1, x0 + 1], x - x0)
   * out    = between(top, bottom, y - y0)
   * </pre>
   *
   * each operation rounded by itself.
   */
  record Resize2d(View in, View out, Sampling rows, Sampling columns) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Resize2d(reads.get(0), writes, rows, columns);
    }
  }

  /**
   * Reduction: {@code out} has the rank of {@code in}; dimensions where {@code out} has size 1 and
   * {@code in} more are reduced. Any strides.
   */
  record Reduce(Kind kind, View in, View out, Activation activation) implements Step {
    /** How elements are combined. */
    public enum Kind {
      SUM(0),
      MEAN(1),
      MAX(2),
      MIN(3);

      private final int code;

      Kind(int code) {
        this.code = code;
      }

      public int code() {
        return code;
      }
    }

    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Reduce(kind, reads.get(0), writes, activation);
    }
  }

  /** {@code out = activation(in)}, views of one shape, any strides. */
  record Unary(View in, View out, Activation activation) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Unary(reads.get(0), writes, activation);
    }
  }

  /** {@code out = activation(a op b)}, views of one shape; broadcast operands have strides of 0. */
  record Binary(Kind kind, View a, View b, View out, Activation activation) implements Step {
    /** The operation. */
    public enum Kind {
      ADD(0),
      SUB(1),
      MUL(2),
      DIV(3),
      MIN(4),
      MAX(5),
      /** a to the power b, by way of {@link Math#pow}; slow. */
      POW(6),
      /** 1 where both are the same number, else 0. */
      EQUAL(7);

      private final int code;

      Kind(int code) {
        this.code = code;
      }

      public int code() {
        return code;
      }
    }

    @Override
    public List<View> reads() {
      return List.of(a, b);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Binary(kind, reads.get(0), reads.get(1), writes, activation);
    }
  }

  /** Softmax along the last dimension, views of one shape, last dimension with stride 1. */
  record Softmax(View in, View out) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Softmax(reads.get(0), writes);
    }
  }

  /**
   * Layer normalisation along the last dimension (Ba et al., arXiv 1607.06450): {@code (x - mean) /
   * sqrt(variance + epsilon) * gamma + beta}, last dimensions with stride 1. {@code parameters} [2,
   * C], dense: gamma, then beta.
   */
  record LayerNorm(View in, View parameters, View out, float epsilon) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in, parameters);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new LayerNorm(reads.get(0), reads.get(1), writes, epsilon);
    }
  }

  /**
   * Rows of a table, as an embedding looks them up: row t of {@code out} [T, W] becomes the row of
   * the table that {@code ids} [T] ({@link ElementType#I32} or {@link ElementType#I64}) names. An
   * id below 0 counts from the end: {@code totalRows} more. {@code table} [R, W] holds rows {@code
   * firstRow} … {@code firstRow + R - 1}; other rows of {@code out} become zeros, or with {@code
   * merge} stay as they are. Last dimensions of table and output with stride 1.
   *
   * <p>So a table that streams is looked up in by several of these, one for each part of it and all
   * but the first merging: which chunks are opened, and when, is the same whatever the ids are. For
   * an id that is no row at all, the output is zeros.
   *
   * @param firstRow the number of the table's first row
   * @param totalRows rows of all parts together
   * @param merge whether {@code out} is an input too, in which rows are replaced
   */
  record Lookup(View ids, View table, View out, int firstRow, int totalRows, boolean merge)
      implements Step {
    @Override
    public List<View> reads() {
      return merge ? List.of(ids, table, out) : List.of(ids, table);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Lookup(reads.get(0), reads.get(1), writes, firstRow, totalRows, merge);
    }
  }

  /**
   * The same numbers as elements of another type, views of one shape, any strides: {@code in} is
   * {@link ElementType#I32} or {@link ElementType#I64}; {@code out} the other of them, or {@link
   * ElementType#F32}, rounded to the nearest and if there are two to the even one. What does not
   * fit I32 keeps its lower half.
   */
  record Cast(View in, View out) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Cast(reads.get(0), writes);
    }
  }

  /** Copies element by element between views of one shape and type; any strides, any type. */
  record Copy(View in, View out) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Copy(reads.get(0), writes);
    }
  }

  /**
   * A convolution with I8 weights, windows and shapes as for {@link Conv2d}; also a product with
   * constant weights. {@code weights} is packed as {@link PackedWeights#quantizedConv} says: a bias
   * and a multiplier for each output channel, and integers.
   *
   * <pre>v = activation(sum * multiplier[o] + bias[o])</pre>
   *
   * the product and the sum rounded each by itself. With {@code in} I8 (what lies in the padding
   * has the value {@code inZero}), {@code sum} is {@code (float) (Σ (in - inZero) * weight[o])}: an
   * integer, exact in 32 bits since there are at most {@link #MAX_PRODUCTS} products, rounded once.
   * With {@code in} F32, weights alone being quantised, it is {@code Σ in * weight[o]}, rounded in
   * any order. Then {@code out = v} if {@code out} is F32, and {@code out = saturation(v)} if it is
   * I8.
   *
   * @param workspace dense F32 of rank 1, at least {@link PackedWeights#MIN_SCRATCH}
   * @param inZero zero point of {@code in}, 0 if that is F32
   * @param saturation {@link Saturation#NONE} if {@code out} is F32
   */
  record QuantizedConv2d(
      View in,
      View weights,
      View workspace,
      View out,
      Window2d window,
      int inZero,
      Activation activation,
      Saturation saturation)
      implements Step {
    /** So many products of at most 255 * 128 are below 2<sup>31</sup>. */
    public static final int MAX_PRODUCTS = Integer.MAX_VALUE / (255 * 128);

    @Override
    public List<View> reads() {
      return List.of(in, weights);
    }

    @Override
    public List<View> scratch() {
      return List.of(workspace);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new QuantizedConv2d(
          reads.get(0), reads.get(1), workspace, writes, window, inZero, activation, saturation);
    }
  }

  /**
   * A depthwise convolution with I8 weights: as {@link QuantizedConv2d}, shapes as for {@link
   * DepthwiseConv2d}, {@code weights} packed as {@link PackedWeights#quantizedDepthwise} says. If
   * {@code in} is I8 the window has at most {@link #MAX_TAPS} taps.
   */
  record QuantizedDepthwiseConv2d(
      View in,
      View weights,
      View workspace,
      View out,
      Window2d window,
      int inZero,
      Activation activation,
      Saturation saturation)
      implements Step {
    /** So many products of at most 255 * 128 are below 2<sup>24</sup>: exact in F32. */
    public static final int MAX_TAPS = (1 << 24) / (255 * 128);

    @Override
    public List<View> reads() {
      return List.of(in, weights);
    }

    @Override
    public List<View> scratch() {
      return List.of(workspace);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new QuantizedDepthwiseConv2d(
          reads.get(0), reads.get(1), workspace, writes, window, inZero, activation, saturation);
    }
  }

  /** {@code out = saturation(in / scale)}, F32 to I8, one shape, any strides. */
  record Quantize(View in, View out, float scale, Saturation saturation) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Quantize(reads.get(0), writes, scale, saturation);
    }
  }

  /** {@code out = (float) (in - zeroPoint) * scale}, I8 to F32, one shape, any strides. */
  record Dequantize(View in, View out, float scale, int zeroPoint) implements Step {
    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Dequantize(reads.get(0), writes, scale, zeroPoint);
    }
  }

  /**
   * {@code out = table[in + 128]}, I8 to I8, one shape, any strides: any function of one quantised
   * value, exactly. {@code table} is dense I8 [256].
   */
  record Table(View in, View table, View out) implements Step {
    /** One entry for each value of an I8. */
    public static final int ENTRIES = 256;

    @Override
    public List<View> reads() {
      return List.of(in, table);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Table(reads.get(0), reads.get(1), writes);
    }
  }

  /**
   * Arithmetic on two I8 operands, giving I8; one shape, any strides, broadcast operands having
   * strides of 0. With {@code a' = a - aZero} and {@code b' = b - bZero}:
   *
   * <pre>
   * ADD: v = (float) a' * aScale + (float) b' * bScale
   * MUL: v = (float) (a' * b') * aScale
   * </pre>
   *
   * each operation rounded by itself; {@code out = saturation(v)}.
   *
   * @param bScale 1 for {@link Kind#MUL}
   */
  record QuantizedBinary(
      Kind kind,
      View a,
      View b,
      View out,
      int aZero,
      int bZero,
      float aScale,
      float bScale,
      Saturation saturation)
      implements Step {
    /** The operation. */
    public enum Kind {
      ADD(0),
      MUL(1);

      private final int code;

      Kind(int code) {
        this.code = code;
      }

      public int code() {
        return code;
      }
    }

    @Override
    public List<View> reads() {
      return List.of(a, b);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new QuantizedBinary(
          kind, reads.get(0), reads.get(1), writes, aZero, bZero, aScale, bScale, saturation);
    }
  }

  /**
   * Pooling of I8, shapes as for {@link Pool2d}. MAX: the largest pixel inside. Averages: {@code v
   * = (float) (Σ (in - inZero)) * (scale / n)}, n being the number of pixels inside (AVERAGE) or of
   * all taps (AVERAGE_WITH_PADDING), each operation rounded by itself; {@code out = saturation(v)}.
   *
   * @param inZero 0 for a maximum
   * @param scale 1 for a maximum
   * @param saturation {@link Saturation#NONE} for a maximum
   */
  record QuantizedPool2d(
      Pool2d.Kind kind,
      View in,
      View out,
      Window2d window,
      int inZero,
      float scale,
      Saturation saturation)
      implements Step {
    /** So many differences of at most 255 are below 2<sup>24</sup>: exact in F32. */
    public static final int MAX_TAPS = (1 << 24) / 255;

    @Override
    public List<View> reads() {
      return List.of(in);
    }

    @Override
    public View writes() {
      return out;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new QuantizedPool2d(kind, reads.get(0), writes, window, inZero, scale, saturation);
    }
  }

  /**
   * Receives the next piece of the input whose port lies in {@link Space#INPUT}: the world opens it
   * into {@code into}. Both are dense {@link ElementType#U8} views of rank 1 and one size; pieces
   * follow one another without gaps, each byte once.
   */
  record Receive(View from, View into) implements Step {
    @Override
    public List<View> reads() {
      return List.of(from);
    }

    @Override
    public View writes() {
      return into;
    }

    @Override
    public Step with(List<View> reads, View writes) {
      return new Receive(reads.get(0), writes);
    }
  }
}
