package dev.strongroom.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape that an operator gives its result. {@link Op.Reshape}, {@link Op.Expand} and {@link
 * Op.Slice} leave theirs open: whoever makes such a node states the shape.
 */
public final class ShapeInference {
  private ShapeInference() {}

  /**
   * The shape of {@code op}'s result for inputs of these shapes. For a {@link Op.Pool} it is the
   * one without windows that only begin inside (ceil_mode 0).
   *
   * @throws IllegalArgumentException if the inputs do not fit the operator, or leave the shape
   *     open; the message carries the shapes
   */
  public static Shape infer(Op op, List<Shape> in) {
    return switch (op) {
      case Op.Conv conv -> conv(conv, in);
      case Op.ConvTranspose conv -> convTranspose(conv, in);
      case Op.BatchNorm _ -> batchNorm(in);
      case Op.Unary _, Op.Softmax _, Op.Cast _ -> in.getFirst();
      case Op.Binary _ -> broadcast(in.get(0), in.get(1));
      case Op.MatMul _ -> matMul(in.get(0), in.get(1));
      case Op.Gemm gemm -> gemm(gemm, in);
      case Op.LayerNorm norm -> layerNorm(norm, in);
      case Op.Reduce reduce -> reduce(reduce, in.getFirst());
      case Op.Pool pool -> pool(pool, in.getFirst());
      case Op.Concat concat -> concat(concat.axis(), in);
      case Op.Transpose transpose -> transpose(transpose.perm(), in.getFirst());
      case Op.Upsample upsample -> upsample(upsample.factors(), in.getFirst());
      case Op.Resize resize -> resize(resize, in.getFirst());
      case Op.Gather _ -> gather(in.get(0), in.get(1));
      case Op.Quantize quantize -> quantisation(quantize.axis(), in);
      case Op.Dequantize dequantize -> quantisation(dequantize.axis(), in);
      case Op.Reshape _, Op.Expand _, Op.Slice _ ->
          throw new IllegalArgumentException(op + " leaves its result's shape open");
    };
  }

  /** The shape that both broadcast to, by NumPy's rules. */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int da = i < rank - a.rank() ? 1 : a.dim(i - (rank - a.rank()));
      int db = i < rank - b.rank() ? 1 : b.dim(i - (rank - b.rank()));
      if (da != db && da != 1 && db != 1) {
        throw new IllegalArgumentException("%s and %s do not broadcast".formatted(a, b));
      }
      dims[i] = da == 1 ? db : da;
    }
    return Shape.of(dims);
  }

  private static Shape conv(Op.Conv op, List<Shape> in) {
    Shape x = in.get(0);
    Shape w = in.get(1);
    requireRank(x, 4, "a convolution's input");
    requireRank(w, 4, "a convolution's weights");
    require(
        op.groups() > 0 && x.dim(1) == (long) w.dim(1) * op.groups() && w.dim(0) % op.groups() == 0,
        "weights %s in %d groups do not fit the input %s",
        w,
        op.groups(),
        x);
    bias(in, 2, w.dim(0));
    int[] dims = {x.dim(0), w.dim(0), 0, 0};
    for (int i = 0; i < 2; i++) {
      dims[2 + i] =
          windows(
              x.dim(2 + i),
              op.pads().get(i),
              op.pads().get(2 + i),
              w.dim(2 + i),
              op.strides().get(i),
              op.dilations().get(i));
    }
    return Shape.of(dims);
  }

  private static Shape convTranspose(Op.ConvTranspose op, List<Shape> in) {
    Shape x = in.get(0);
    Shape w = in.get(1);
    requireRank(x, 4, "a transposed convolution's input");
    requireRank(w, 4, "a transposed convolution's weights");
    require(
        op.groups() > 0 && x.dim(1) == w.dim(0) && x.dim(1) % op.groups() == 0,
        "weights %s in %d groups do not fit the input %s",
        w,
        op.groups(),
        x);
    int channels = size((long) w.dim(1) * op.groups());
    bias(in, 2, channels);
    int[] dims = {x.dim(0), channels, 0, 0};
    for (int i = 0; i < 2; i++) {
      long full =
          (x.dim(2 + i) - 1L) * op.strides().get(i)
              + (w.dim(2 + i) - 1L) * op.dilations().get(i)
              + 1;
      dims[2 + i] = size(full - op.pads().get(i) - op.pads().get(2 + i));
    }
    return Shape.of(dims);
  }

  private static void bias(List<Shape> in, int index, int channels) {
    if (in.size() > index) {
      require(
          in.get(index).equals(Shape.of(channels)),
          "the bias is %s where %d channels need one each",
          in.get(index),
          channels);
    }
  }

  private static Shape batchNorm(List<Shape> in) {
    Shape x = in.getFirst();
    require(x.rank() >= 2, "a batch normalisation needs at least 2 dimensions, got %s", x);
    for (Shape parameter : in.subList(1, in.size())) {
      require(
          parameter.equals(Shape.of(x.dim(1))),
          "a parameter is %s where the input %s needs one a channel",
          parameter,
          x);
    }
    return x;
  }

  private static Shape matMul(Shape a, Shape b) {
    require(
        a.rank() >= 2 && b.rank() >= 2 && a.dim(-1) == b.dim(-2),
        "%s cannot be multiplied by %s",
        a,
        b);
    Shape batch = broadcast(leading(a), leading(b));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[dims.length - 2] = a.dim(-2);
    dims[dims.length - 1] = b.dim(-1);
    return Shape.of(dims);
  }

  private static Shape leading(Shape s) {
    return Shape.of(Arrays.copyOf(s.dims(), s.rank() - 2));
  }

  private static Shape gemm(Op.Gemm op, List<Shape> in) {
    Shape a = in.get(0);
    Shape b = in.get(1);
    requireRank(a, 2, "a factor of Gemm");
    requireRank(b, 2, "a factor of Gemm");
    int k = a.dim(op.transposeA() ? 0 : 1);
    require(
        k == b.dim(op.transposeB() ? 1 : 0),
        "%s%s cannot be multiplied by %s%s",
        a,
        op.transposeA() ? " transposed" : "",
        b,
        op.transposeB() ? " transposed" : "");
    Shape out = Shape.of(a.dim(op.transposeA() ? 1 : 0), b.dim(op.transposeB() ? 0 : 1));
    if (in.size() > 2) {
      require(
          broadcast(out, in.get(2)).equals(out),
          "%s does not broadcast to the product's %s",
          in.get(2),
          out);
    }
    return out;
  }

  private static Shape layerNorm(Op.LayerNorm op, List<Shape> in) {
    Shape x = in.getFirst();
    requireAxis(op.axis(), x);
    Shape normalized = Shape.of(Arrays.copyOfRange(x.dims(), op.axis(), x.rank()));
    require(
        in.get(1).equals(normalized) && in.get(2).equals(normalized),
        "scale %s and bias %s must both be %s",
        in.get(1),
        in.get(2),
        normalized);
    return x;
  }

  private static Shape reduce(Op.Reduce op, Shape x) {
    boolean[] reduced = new boolean[x.rank()];
    for (int axis : op.axes()) {
      requireAxis(axis, x);
      reduced[axis] = true;
    }
    int[] dims = new int[x.rank()];
    int n = 0;
    for (int i = 0; i < x.rank(); i++) {
      if (!reduced[i]) {
        dims[n++] = x.dim(i);
      } else if (op.keepDims()) {
        dims[n++] = 1;
      }
    }
    return Shape.of(Arrays.copyOf(dims, n));
  }

  private static Shape pool(Op.Pool op, Shape x) {
    requireRank(x, 4, "a pooling's input");
    int[] dims = {x.dim(0), x.dim(1), 0, 0};
    for (int i = 0; i < 2; i++) {
      dims[2 + i] =
          windows(
              x.dim(2 + i),
              op.pads().get(i),
              op.pads().get(2 + i),
              op.kernel().get(i),
              op.strides().get(i),
              op.dilations().get(i));
    }
    return Shape.of(dims);
  }

  private static int windows(
      int size, int padBefore, int padAfter, int kernel, int stride, int dilation) {
    require(
        kernel > 0 && stride > 0 && dilation > 0 && padBefore >= 0 && padAfter >= 0,
        "kernel %d, stride %d, dilation %d and padding %d, %d are not a window",
        kernel,
        stride,
        dilation,
        padBefore,
        padAfter);
    long reach = (kernel - 1L) * dilation + 1;
    long padded = (long) size + padBefore + padAfter;
    require(padded >= reach, "a window of %d does not fit the %d padded elements", reach, padded);
    return size((padded - reach) / stride + 1);
  }

  private static Shape concat(int axis, List<Shape> in) {
    Shape first = in.getFirst();
    requireAxis(axis, first);
    int[] dims = first.dims();
    for (Shape s : in.subList(1, in.size())) {
      boolean fits = s.rank() == first.rank();
      for (int i = 0; fits && i < s.rank(); i++) {
        fits = i == axis || s.dim(i) == first.dim(i);
      }
      require(fits, "%s cannot be appended to %s along dimension %d", s, first, axis);
      dims[axis] = size((long) dims[axis] + s.dim(axis));
    }
    return Shape.of(dims);
  }

  private static Shape transpose(List<Integer> perm, Shape x) {
    require(
        perm.stream().sorted().toList().equals(IntStream.range(0, x.rank()).boxed().toList()),
        "%s does not permute the dimensions of %s",
        perm,
        x);
    return Shape.of(perm.stream().mapToInt(x::dim).toArray());
  }

  private static Shape upsample(List<Integer> factors, Shape x) {
    require(factors.size() == x.rank(), "%s has not one factor a dimension of %s", factors, x);
    int[] dims = x.dims();
    for (int i = 0; i < dims.length; i++) {
      require(factors.get(i) > 0, "an enlargement by %s is none", factors);
      dims[i] = size((long) dims[i] * factors.get(i));
    }
    return Shape.of(dims);
  }

  private static Shape resize(Op.Resize op, Shape x) {
    requireRank(x, 4, "what is resized");
    require(x.dim(2) > 0 && x.dim(3) > 0, "%s has nothing to resize", x);
    return Shape.of(x.dim(0), x.dim(1), op.rows().size(), op.columns().size());
  }

  private static Shape gather(Shape table, Shape ids) {
    require(table.rank() > 0, "a scalar has no rows to gather");
    return Shape.of(
        IntStream.concat(Arrays.stream(ids.dims()), Arrays.stream(table.dims(), 1, table.rank()))
            .toArray());
  }

  private static Shape quantisation(int axis, List<Shape> in) {
    require(
        in.size() == 3, "it needs a tensor, a scale and a zero point, got %d inputs", in.size());
    Shape x = in.get(0);
    Shape scale = in.get(1);
    if (axis == -1) {
      require(
          scale.rank() <= 1 && scale.elements() == 1,
          "a scale of shape %s is not one for the whole tensor",
          scale);
    } else {
      requireAxis(axis, x);
      require(
          scale.equals(Shape.of(x.dim(axis))),
          "scales %s are not one for each of dimension %d of %s",
          scale,
          axis,
          x);
    }
    require(
        in.get(2).equals(scale), "zero point %s and scale %s differ in shape", in.get(2), scale);
    return x;
  }

  private static int size(long dim) {
    require(dim >= 0 && dim <= Integer.MAX_VALUE, "a dimension would be %d", dim);
    return (int) dim;
  }

  private static void requireRank(Shape s, int rank, String what) {
    require(s.rank() == rank, "%s has %d dimensions, got %s", what, rank, s);
  }

  private static void requireAxis(int axis, Shape s) {
    require(axis >= 0 && axis < s.rank(), "%s has no dimension %d", s, axis);
  }

  private static void require(boolean condition, String format, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(format.formatted(values));
    }
  }
}
