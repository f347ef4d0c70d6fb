package dev.strongroom.engine.kernel;

import dev.strongroom.program.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Element access by index, the slow and obvious way; offsets of views are absolute addresses. */
final class Elements {
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Elements() {}

  interface IndexConsumer {
    void accept(int[] index);
  }

  /** Every index of {@code shape}, the last dimension fastest. The array is reused. */
  static void forEach(int[] shape, IndexConsumer consumer) {
    int[] index = new int[shape.length];
    while (true) {
      consumer.accept(index);
      int d = shape.length - 1;
      while (d >= 0 && ++index[d] == shape[d]) {
        index[d--] = 0;
      }
      if (d < 0) {
        return;
      }
    }
  }

  static long address(View view, int... index) {
    long elements = 0;
    for (int i = 0; i < index.length; i++) {
      elements += (long) index[i] * view.stride(i);
    }
    return view.offset() + elements * view.type().bytes();
  }

  static double get(View view, int... index) {
    long at = address(view, index);
    return switch (view.type()) {
      case F32 -> EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      case I32 -> EVERYTHING.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case I64 -> EVERYTHING.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      case I8, U8 -> EVERYTHING.get(ValueLayout.JAVA_BYTE, at);
    };
  }

  /** An element of I32 or I64, exactly. */
  static long getInteger(View view, int... index) {
    long at = address(view, index);
    return switch (view.type()) {
      case I32 -> EVERYTHING.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case I64 -> EVERYTHING.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
      default -> throw new IllegalArgumentException("no integers: " + view);
    };
  }

  static void setInteger(View view, long value, int... index) {
    long at = address(view, index);
    switch (view.type()) {
      case I32 -> EVERYTHING.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
      case I64 -> EVERYTHING.set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
      default -> throw new IllegalArgumentException("no integers: " + view);
    }
  }

  static void set(View view, double value, int... index) {
    long at = address(view, index);
    switch (view.type()) {
      case F32 -> EVERYTHING.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) value);
      case I32 -> EVERYTHING.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
      case I64 -> EVERYTHING.set(ValueLayout.JAVA_LONG_UNALIGNED, at, (long) value);
      case I8, U8 -> EVERYTHING.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }
  }
}
