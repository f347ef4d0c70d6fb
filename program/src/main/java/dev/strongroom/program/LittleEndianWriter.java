package dev.strongroom.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Appends little-endian numbers, each checked to fit its field. */
final class LittleEndianWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

  void u8(String field, int value) {
    check(field, value, 0xFF);
    room(Byte.BYTES).put((byte) value);
  }

  /** A number from -128 to 127. */
  void i8(String field, int value) {
    if (value != (byte) value) {
      throw new IllegalArgumentException("%s is %d, no signed byte".formatted(field, value));
    }
    room(Byte.BYTES).put((byte) value);
  }

  void u16(String field, int value) {
    check(field, value, 0xFFFF);
    room(Short.BYTES).putShort((short) value);
  }

  /** A number below 2<sup>31</sup> in four bytes. */
  void u32(String field, long value) {
    check(field, value, Integer.MAX_VALUE);
    room(Integer.BYTES).putInt((int) value);
  }

  void i32(int value) {
    room(Integer.BYTES).putInt(value);
  }

  void f32(String field, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("%s is not finite: %s".formatted(field, value));
    }
    room(Float.BYTES).putFloat(value);
  }

  void bytes(byte[] value) {
    room(value.length).put(value);
  }

  int position() {
    return buffer.position();
  }

  /** Overwrites the u16 at {@code position}, whose value was not known when it was written. */
  void patchU16(String field, int position, int value) {
    check(field, value, 0xFFFF);
    buffer.putShort(position, (short) value);
  }

  void patchU32(int position, int value) {
    buffer.putInt(position, value);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static void check(String field, long value, long max) {
    if (value < 0) {
      throw new IllegalArgumentException("%s is negative: %d".formatted(field, value));
    }
    if (value > max) {
      throw new ProgramLimitException(
          "%s does not fit its field: %d, at most %d".formatted(field, value, max));
    }
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int capacity = Math.addExact(Math.multiplyExact(buffer.capacity(), 2), bytes);
      buffer = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
    }
    return buffer;
  }
}
