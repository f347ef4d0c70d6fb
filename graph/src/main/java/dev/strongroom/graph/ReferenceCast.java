package dev.strongroom.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Conversions between element types, one element after another. */
final class ReferenceCast {
  private ReferenceCast() {}

  static Tensor cast(Tensor in, TensorType out) {
    ByteBuffer from = in.data();
    ByteBuffer to =
        ByteBuffer.allocate(
                Math.toIntExact(Math.multiplyExact(out.shape().elements(), out.dataType().bytes())))
            .order(ByteOrder.LITTLE_ENDIAN);
    boolean fromFloat = in.dataType() == DataType.FLOAT32;
    while (to.hasRemaining()) {
      if (fromFloat) {
        float x = from.getFloat();
        switch (out.dataType()) {
          case FLOAT32 -> to.putFloat(x);
          case BOOL -> to.put((byte) (x == 0 ? 0 : 1));
          default -> put(to, out.dataType(), (long) x);
        }
      } else {
        put(to, out.dataType(), integer(from, in.dataType()));
      }
    }
    return Tensor.of(out, to.flip());
  }

  private static long integer(ByteBuffer from, DataType type) {
    return switch (type) {
      case INT8 -> from.get();
      case UINT8 -> from.get() & 0xff;
      case BOOL -> from.get() == 0 ? 0 : 1;
      case INT32 -> from.getInt();
      case INT64 -> from.getLong();
      case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalArgumentException("no integers: " + type);
    };
  }

  private static void put(ByteBuffer to, DataType type, long x) {
    switch (type) {
      case INT8, UINT8 -> to.put((byte) x);
      case BOOL -> to.put((byte) (x == 0 ? 0 : 1));
      case INT32 -> to.putInt((int) x);
      case INT64 -> to.putLong(x);
      case FLOAT32 -> to.putFloat(x);
      case FLOAT16, FLOAT64 -> throw new IllegalArgumentException("nothing is cast to " + type);
    }
  }
}
