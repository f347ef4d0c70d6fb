package dev.strongroom.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A constant: its type and its elements, the last dimension fastest (C order), little-endian.
 *
 * <p>Immutable: the bytes are copied in, or handed over by whoever made them.
 */
public final class Tensor {
  private final TensorType type;
  private final ByteBuffer data;

  private Tensor(TensorType type, ByteBuffer data) {
    this.type = type;
    this.data = data;
  }

  /**
   * A constant over {@code data}'s remaining bytes, which the caller promises not to change.
   *
   * @throws IllegalArgumentException if the number of bytes does not match the type
   */
  public static Tensor of(TensorType type, ByteBuffer data) {
    long expected = Math.multiplyExact(type.shape().elements(), type.dataType().bytes());
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s needs %d bytes, got %d".formatted(type, expected, data.remaining()));
    }
    return new Tensor(type, data.slice().asReadOnlyBuffer());
  }

  /** A FLOAT32 constant. */
  public static Tensor ofFloats(float[] values, int... dims) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return of(TensorType.float32(dims), data);
  }

  /** An INT64 constant. */
  public static Tensor ofLongs(long[] values, int... dims) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return of(new TensorType(DataType.INT64, Shape.of(dims)), data);
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DataType dataType() {
    return type.dataType();
  }

  /** A fresh read-only, little-endian view of the elements, positioned at the first. */
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The elements as floats.
   *
   * @throws IllegalStateException unless this is FLOAT32
   */
  public float[] floats() {
    if (dataType() != DataType.FLOAT32) {
      throw new IllegalStateException("not float32: " + type);
    }
    float[] values = new float[Math.toIntExact(shape().elements())];
    data().asFloatBuffer().get(values);
    return values;
  }

  @Override
  public String toString() {
    return "constant " + type;
  }
}
