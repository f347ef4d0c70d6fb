package dev.strongroom.graph;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The dimensions of a tensor, each known and at least 0; a scalar has none. */
public final class Shape {
  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape of these dimensions.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public static Shape of(int... dims) {
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
    }
    return new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /** Dimension {@code i}; a negative {@code i} counts from the end. */
  public int dim(int i) {
    return dims[i < 0 ? i + dims.length : i];
  }

  /** A copy of all dimensions. */
  public int[] dims() {
    return dims.clone();
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    return Arrays.stream(dims).asLongStream().reduce(1, Math::multiplyExact);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code 1×3×48×320}, or {@code scalar}. */
  @Override
  public String toString() {
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }
}
