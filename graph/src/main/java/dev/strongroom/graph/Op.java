package dev.strongroom.graph;

import java.util.List;

/**
 * An operator with its attributes. Semantics and dimension order are ONNX's (channels before space,
 * [N, C, H, W]); defaults are resolved, sizes static, and what several ONNX operators express in
 * different words is one record here. The shape of every result is in the {@link Graph}.
 */
public sealed interface Op {

  /**
   * Inputs x [N, C, H, W], w [M, C / groups, KH, KW] and optionally bias [M].
   *
   * @param strides vertical, horizontal
   * @param pads top, left, bottom, right
   * @param dilations vertical, horizontal
   */
  record Conv(List<Integer> strides, List<Integer> pads, List<Integer> dilations, int groups)
      implements Op {
    public Conv {
      strides = List.copyOf(strides);
      pads = List.copyOf(pads);
      dilations = List.copyOf(dilations);
    }
  }

  /**
   * Inputs x [N, C, H, W], w [C, M / groups, KH, KW] and optionally bias [M].
   *
   * @param strides vertical, horizontal
   * @param pads top, left, bottom, right: what is cut from the full result
   * @param dilations vertical, horizontal
   */
  record ConvTranspose(
      List<Integer> strides, List<Integer> pads, List<Integer> dilations, int groups)
      implements Op {
    public ConvTranspose {
      strides = List.copyOf(strides);
      pads = List.copyOf(pads);
      dilations = List.copyOf(dilations);
    }
  }

  /** Inputs x [N, C, …], scale [C], bias [C], mean [C], variance [C]. */
  record BatchNorm(float epsilon) implements Op {}

  /**
   * An element-wise function of one input. Its parameters are doubles, so that rewriting may
   * combine several without rounding each time.
   *
   * @param alpha first parameter, see {@link Function}
   * @param beta second parameter, see {@link Function}
   */
  record Unary(Function function, double alpha, double beta) implements Op {
    public static Unary of(Function function) {
      return new Unary(function, 0, 0);
    }

    /** The element-wise functions. */
    public enum Function {
      RELU,
      /** min(max(x, alpha), beta). */
      CLIP,
      /** min(max(alpha * x + beta, 0), 1). */
      HARD_SIGMOID,
      /** x * min(max(alpha * x + beta, 0), 1). */
      HARD_SWISH,
      SIGMOID,
      /** x * sigmoid(alpha * x). */
      SWISH,
      TANH,
      ERF,
      /** x / 2 * (1 + erf(x / sqrt(2))). */
      GELU,
      /** x where x &ge; 0, else alpha * x. */
      LEAKY_RELU,
      EXP,
      /** Natural logarithm. */
      LOG,
      SIN,
      COS,
      SQRT,
      RECIPROCAL,
      ABS,
      /** alpha * x + beta. */
      AFFINE
    }
  }

  /** An element-wise operation on two inputs that broadcast as NumPy's do. */
  record Binary(Kind kind) implements Op {
    /** The operation. */
    public enum Kind {
      ADD,
      SUB,
      MUL,
      DIV,
      MIN,
      MAX,
      POW,
      /** 1 where both are the same number, else 0. */
      EQUAL
    }
  }

  /** As numpy.matmul: inputs a [..., M, K] and b [..., K, N]. */
  record MatMul() implements Op {}

  /** alpha * a' * b' + beta * c; a' is a or its transpose; c, optional, broadcasts to [M, N]. */
  record Gemm(float alpha, float beta, boolean transposeA, boolean transposeB) implements Op {}

  /** Along one axis, which is not negative. */
  record Softmax(int axis) implements Op {}

  /** Inputs x, scale and bias, each of the shape of x's dimensions from {@code axis} on. */
  record LayerNorm(int axis, float epsilon) implements Op {}

  /**
   * Combines elements along {@code axes} (none negative, ascending). Global poolings are among
   * them.
   */
  record Reduce(Kind kind, List<Integer> axes, boolean keepDims) implements Op {
    public Reduce {
      axes = List.copyOf(axes);
    }

    /** How elements are combined. */
    public enum Kind {
      SUM,
      MEAN,
      MAX,
      MIN
    }
  }

  /**
   * Pooling over the two spatial dimensions of [N, C, H, W].
   *
   * @param pads top, left, bottom, right
   * @param countPadding whether an average divides by the whole window where it meets the padding
   */
  record Pool(
      Kind kind,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      boolean countPadding)
      implements Op {
    public Pool {
      kernel = List.copyOf(kernel);
      strides = List.copyOf(strides);
      pads = List.copyOf(pads);
      dilations = List.copyOf(dilations);
    }

    /** What is made of the window. */
    public enum Kind {
      MAX,
      AVERAGE
    }
  }

  /** Any number of inputs, along one axis that is not negative. */
  record Concat(int axis) implements Op {}

  /**
   * Element (i0, i1, …) of the result is element (starts[0] + i0 * steps[0], …) of the input.
   *
   * @param starts one a dimension, resolved
   * @param steps one a dimension, none 0; negative ones go backwards
   */
  record Slice(List<Integer> starts, List<Integer> steps) implements Op {
    public Slice {
      starts = List.copyOf(starts);
      steps = List.copyOf(steps);
    }
  }

  /** Dimension i of the result is dimension {@code perm[i]} of the input. */
  record Transpose(List<Integer> perm) implements Op {
    public Transpose {
      perm = List.copyOf(perm);
    }
  }

  /**
   * The same elements in C order under the result's shape: Reshape, Flatten, Squeeze, Unsqueeze.
   */
  record Reshape() implements Op {}

  /**
   * Nearest-neighbour enlargement of each dimension by a whole factor: result (i0, …) is input (i0
   * / factors[0], …).
   */
  record Upsample(List<Integer> factors) implements Op {
    public Upsample {
      factors = List.copyOf(factors);
    }
  }

  /**
   * Bilinear interpolation over the two spatial dimensions of [N, C, H, W] (ONNX, Resize with mode
   * linear): a result is interpolated linearly between the two columns, then between the two rows,
   * on either side of its position. Where a position is an index, only that one is looked at.
   */
  record Resize(Sampling rows, Sampling columns) implements Op {}

  /** Repeats dimensions of size 1 until the result's shape, as numpy.broadcast_to. */
  record Expand() implements Op {}

  /**
   * Rows of a table, as an embedding looks them up. Inputs table [R, …] of any element type and ids
   * [I…], INT32 or INT64; the result is [I…, …]: element (i…, j…) is element (ids[i…], j…) of the
   * table. An id below 0 counts from the end. For one that is in [-R, R) not even then the row is
   * zeros: an id is a user's input, and whether it exists must not show.
   */
  record Gather() implements Op {}

  /**
   * The same numbers as elements of another type: integers wrap around, floats are truncated
   * towards zero, as BOOL everything but zero is true.
   */
  record Cast(DataType to) implements Op {}

  /**
   * FLOAT32 to INT8: saturate(roundHalfEven(x / scale) + zeroPoint), saturated to [-128, 127], the
   * quotient a FLOAT32 (ONNX, QuantizeLinear). What is no number becomes the zero point.
   *
   * <p>Inputs x, then two constants of one shape: scale FLOAT32 and zeroPoint INT8. They are [] or
   * [1] for the whole tensor, or [D] for each of the D slices along {@code axis}.
   *
   * @param axis -1 for the whole tensor
   */
  record Quantize(int axis) implements Op {}

  /**
   * INT8 or INT32 to FLOAT32: (q - zeroPoint) * scale, the product of two FLOAT32 (ONNX,
   * DequantizeLinear). INT32 is what biases are kept in, with the scale of the products they join.
   *
   * <p>Inputs q, then two constants as {@link Quantize} has them, zeroPoint of q's type.
   *
   * <p>A quantised model is a graph in which activations pass from whoever computes them through
   * {@code Quantize} and {@code Dequantize} to whoever reads them, and weights are INT8 constants
   * that pass through {@code Dequantize}. It means what it says; a compiler may instead compute on
   * the integers between.
   *
   * @param axis -1 for the whole tensor
   */
  record Dequantize(int axis) implements Op {}
}
