package dev.strongroom.graph;

import java.nio.ByteBuffer;
import java.util.List;

/** From FLOAT32 to integers and back, with ONNX's float arithmetic. */
final class ReferenceQuantize {
  private ReferenceQuantize() {}

  static Tensor quantize(Op.Quantize op, List<Tensor> in, TensorType out) {
    float[] x = in.get(0).floats();
    float[] scale = in.get(1).floats();
    byte[] zero = new byte[scale.length];
    in.get(2).data().get(zero);
    ByteBuffer q = ByteBuffer.allocate(x.length);
    Slices slices = Slices.of(in.get(0).shape(), op.axis());
    for (int i = 0; i < x.length; i++) {
      int c = slices.of(i);
      // A quotient beyond int is clamped by the cast; the sum cannot overflow a long.
      long rounded = (int) Math.rint(x[i] / scale[c]) + (long) zero[c];
      q.put((byte) Math.clamp(rounded, Byte.MIN_VALUE, Byte.MAX_VALUE));
    }
    return Tensor.of(out, q.flip());
  }

  static Tensor dequantize(Op.Dequantize op, List<Tensor> in) {
    Tensor q = in.get(0);
    float[] scale = in.get(1).floats();
    long[] zero = integers(in.get(2));
    long[] values = integers(q);
    float[] x = new float[values.length];
    Slices slices = Slices.of(q.shape(), op.axis());
    for (int i = 0; i < x.length; i++) {
      int c = slices.of(i);
      x[i] = (float) (values[i] - zero[c]) * scale[c];
    }
    return Tensor.ofFloats(x, q.shape().dims());
  }

  private static long[] integers(Tensor tensor) {
    ByteBuffer data = tensor.data();
    long[] values = new long[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.dataType()) {
            case INT8 -> data.get();
            case INT32 -> data.getInt();
            default -> throw new IllegalArgumentException("not int8 or int32: " + tensor);
          };
    }
    return values;
  }

  /** Which of the slices along an axis an element lies in; with axis -1 there is one. */
  private record Slices(int count, int inner) {
    static Slices of(Shape shape, int axis) {
      int inner = 1;
      for (int i = axis + 1; axis >= 0 && i < shape.rank(); i++) {
        inner *= shape.dim(i);
      }
      return new Slices(axis < 0 ? 1 : shape.dim(axis), inner);
    }

    int of(int element) {
      return element / inner % count;
    }
  }
}
