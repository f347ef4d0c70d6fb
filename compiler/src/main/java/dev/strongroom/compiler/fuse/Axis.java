package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Shape;

/** A dimension along which layers can be cut into pieces. */
enum Axis {
  /** Height of an image [N, C, H, W], tokens of a sequence [N, L, C], rows of a matrix [M, K]. */
  ROW,
  /** Width of an image. */
  COLUMN;

  private static final int NONE = -1;

  /** Where this dimension stands in a tensor of {@code rank} dimensions, or -1. */
  int of(int rank) {
    return switch (this) {
      case ROW ->
          switch (rank) {
            case 4 -> 2;
            case 3 -> 1;
            case 2 -> 0;
            default -> NONE;
          };
      case COLUMN -> rank == 4 ? 3 : NONE;
    };
  }

  /** The size of this dimension; 1 where there is none. */
  int size(Shape shape) {
    int at = of(shape.rank());
    return at == NONE ? 1 : shape.dim(at);
  }

  /** {@code shape} with another size of this dimension. */
  Shape resize(Shape shape, int size) {
    int at = of(shape.rank());
    if (at == NONE) {
      return shape;
    }
    int[] dims = shape.dims();
    dims[at] = size;
    return Shape.of(dims);
  }
}
