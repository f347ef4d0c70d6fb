package dev.strongroom.program;

/** The type of one element of a {@link View}; little-endian in memory. */
public enum ElementType {
  F32(0, 4),
  I32(1, 4),
  I64(2, 8),
  I8(3, 1),
  U8(4, 1);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number that stands for this type in an encoded Program. */
  public int code() {
    return code;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
