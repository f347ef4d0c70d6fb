package dev.strongroom.graph;

/** Element type and shape of a value. */
public record TensorType(DataType dataType, Shape shape) {
  public static TensorType float32(int... dims) {
    return new TensorType(DataType.FLOAT32, Shape.of(dims));
  }

  @Override
  public String toString() {
    return dataType.toString().toLowerCase(java.util.Locale.ROOT) + " " + shape;
  }
}
