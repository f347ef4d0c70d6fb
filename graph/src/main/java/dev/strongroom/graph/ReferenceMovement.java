package dev.strongroom.graph;

import java.nio.ByteBuffer;
import java.util.List;

/** What moves elements of any type without computing: one walk by strides each. */
final class ReferenceMovement {
  private ReferenceMovement() {}

  static Tensor slice(Op.Slice op, Tensor in, TensorType out) {
    int[] strides = Strides.dense(in.shape());
    int base = 0;
    for (int i = 0; i < strides.length; i++) {
      base += op.starts().get(i) * strides[i];
      strides[i] *= op.steps().get(i);
    }
    return gather(in, out, out.shape().dims(), strides, base);
  }

  static Tensor transpose(Op.Transpose op, Tensor in, TensorType out) {
    int[] dense = Strides.dense(in.shape());
    int[] strides = op.perm().stream().mapToInt(p -> dense[p]).toArray();
    return gather(in, out, out.shape().dims(), strides, 0);
  }

  static Tensor expand(Tensor in, TensorType out) {
    return gather(in, out, out.shape().dims(), Strides.broadcast(in.shape(), out.shape()), 0);
  }

  /** Each dimension d enlarged by f is walked as two, d elements and f repetitions of each. */
  static Tensor upsample(Op.Upsample op, Tensor in, TensorType out) {
    int rank = in.shape().rank();
    int[] dense = Strides.dense(in.shape());
    int[] dims = new int[2 * rank];
    int[] strides = new int[2 * rank];
    for (int i = 0; i < rank; i++) {
      dims[2 * i] = in.shape().dim(i);
      dims[2 * i + 1] = op.factors().get(i);
      strides[2 * i] = dense[i];
    }
    return gather(in, out, dims, strides, 0);
  }

  static Tensor concat(Op.Concat op, List<Tensor> in, TensorType out) {
    ByteBuffer to = allocate(out);
    int outer = 1;
    for (int i = 0; i < op.axis(); i++) {
      outer *= out.shape().dim(i);
    }
    for (int o = 0; o < outer; o++) {
      for (Tensor t : in) {
        ByteBuffer from = t.data();
        int block = from.limit() / outer;
        to.put(from.slice(o * block, block));
      }
    }
    return Tensor.of(out, to.flip());
  }

  static Tensor gatherRows(Tensor table, Tensor ids, TensorType out) {
    ByteBuffer from = table.data();
    ByteBuffer positions = ids.data();
    ByteBuffer to = allocate(out);
    long rows = table.shape().dim(0);
    int row = rows == 0 ? 0 : from.limit() / table.shape().dim(0);
    boolean wide = ids.dataType() == DataType.INT64;
    for (long i = 0; i < ids.shape().elements(); i++) {
      long id = wide ? positions.getLong() : positions.getInt();
      long index = id < 0 ? id + rows : id;
      if (index >= 0 && index < rows) {
        to.put((int) i * row, from, (int) index * row, row);
      }
    }
    return Tensor.of(out, to);
  }

  private static Tensor gather(Tensor in, TensorType out, int[] dims, int[] strides, int base) {
    ByteBuffer from = in.data();
    ByteBuffer to = allocate(out);
    int size = out.dataType().bytes();
    Strides.forEach(
        dims, strides, base, strides, (i, at, _) -> to.put(i * size, from, at * size, size));
    return Tensor.of(out, to);
  }

  private static ByteBuffer allocate(TensorType type) {
    return ByteBuffer.allocate(
        Math.toIntExact(Math.multiplyExact(type.shape().elements(), type.dataType().bytes())));
  }
}
