package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Constants of the integer types and of BOOL, as {@code long}s and back. */
public final class Integers {
  private Integers() {}

  /** Whether {@code type} is an integer type or BOOL. */
  public static boolean isInteger(DataType type) {
    return switch (type) {
      case INT8, UINT8, INT32, INT64, BOOL -> true;
      case FLOAT16, FLOAT32, FLOAT64 -> false;
    };
  }

  /** The elements of an integer constant; a true BOOL is 1. */
  public static long[] of(Tensor tensor) {
    ByteBuffer data = tensor.data();
    long[] values = new long[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.dataType()) {
            case INT8 -> data.get();
            case UINT8 -> data.get() & 0xff;
            case BOOL -> data.get() == 0 ? 0 : 1;
            case INT32 -> data.getInt();
            case INT64 -> data.getLong();
            default -> throw new IllegalArgumentException("not integers: " + tensor);
          };
    }
    return values;
  }

  /** A constant of these elements; what does not fit the type wraps around, as in C. */
  public static Tensor tensor(DataType type, Shape shape, long... values) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(values.length, type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long v : values) {
      switch (type) {
        case INT8, UINT8 -> data.put((byte) v);
        case BOOL -> data.put((byte) (v == 0 ? 0 : 1));
        case INT32 -> data.putInt((int) v);
        case INT64 -> data.putLong(v);
        default -> throw new IllegalArgumentException("not an integer type: " + type);
      }
    }
    return Tensor.of(new TensorType(type, shape), data.flip());
  }
}
