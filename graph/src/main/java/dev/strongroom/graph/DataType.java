package dev.strongroom.graph;

/** The type of a tensor's elements. */
public enum DataType {
  FLOAT32(4),
  FLOAT64(8),
  FLOAT16(2),
  INT8(1),
  UINT8(1),
  INT32(4),
  INT64(8),
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
