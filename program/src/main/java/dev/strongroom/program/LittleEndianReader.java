package dev.strongroom.program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads little-endian numbers one after another. Every read first proves that its bytes are there;
 * what is not there is refused with the name of the field and the byte at which it should begin.
 */
final class LittleEndianReader {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment source;
  private final long end;
  private long position;
  private long lastField;

  LittleEndianReader(MemorySegment source) {
    this(source, 0, source.byteSize());
  }

  private LittleEndianReader(MemorySegment source, long position, long end) {
    this.source = source;
    this.position = position;
    this.lastField = position;
    this.end = end;
  }

  long remaining() {
    return end - position;
  }

  int u8(String field) throws InvalidProgramException {
    return Byte.toUnsignedInt(source.get(ValueLayout.JAVA_BYTE, take(field, Byte.BYTES)));
  }

  /** A number from -128 to 127. */
  int i8(String field) throws InvalidProgramException {
    return (byte) u8(field);
  }

  int u16(String field) throws InvalidProgramException {
    return Short.toUnsignedInt(source.get(U16, take(field, Short.BYTES)));
  }

  /** A u32 of any value. */
  int bits32(String field) throws InvalidProgramException {
    return source.get(U32, take(field, Integer.BYTES));
  }

  /** A u32 that must be below 2<sup>31</sup>. */
  int u32(String field) throws InvalidProgramException {
    int value = bits32(field);
    if (value < 0) {
      throw refusal(
          "%s is %d, but nothing reaches 2 GiB".formatted(field, Integer.toUnsignedLong(value)));
    }
    return value;
  }

  /** A finite f32. */
  float f32(String field) throws InvalidProgramException {
    float value = Float.intBitsToFloat(bits32(field));
    if (!Float.isFinite(value)) {
      throw refusal("%s is not finite: %s".formatted(field, value));
    }
    return value;
  }

  byte[] bytes(String field, int length) throws InvalidProgramException {
    return source.asSlice(take(field, length), length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** A number of records, refused unless so many of at least {@code recordBytes} can follow. */
  void checkCount(String records, int count, int recordBytes) throws InvalidProgramException {
    if ((long) count * recordBytes > remaining()) {
      throw refusal(
          "%d %s need at least %d bytes, but %d follow"
              .formatted(count, records, (long) count * recordBytes, remaining()));
    }
  }

  /** A reader of the next {@code length} bytes, which this one skips. */
  LittleEndianReader slice(String field, int length) throws InvalidProgramException {
    long start = take(field, length);
    return new LittleEndianReader(source, start, start + length);
  }

  void expectEnd(String what) throws InvalidProgramException {
    if (remaining() != 0) {
      throw refusal("%d bytes too many behind %s".formatted(remaining(), what));
    }
  }

  /** A refusal that names the byte at which the field read last begins. */
  InvalidProgramException refusal(String message) {
    return new InvalidProgramException("byte %d: %s".formatted(lastField, message));
  }

  private long take(String field, int length) throws InvalidProgramException {
    lastField = position;
    if (length > remaining()) {
      throw refusal("%s needs %d bytes, but %d are left".formatted(field, length, remaining()));
    }
    long at = position;
    position += length;
    return at;
  }
}
