package dev.strongroom.program;

/**
 * An encoded {@link View}, little-endian. The shape is a u32 for each dimension. The strides, a u32
 * for each dimension too, follow the shape unless {@link #DENSE_FLAG} is set; it is set exactly if
 * they equal {@link View#denseStrides}, so that every view has one encoding.
 */
public final class ViewDescriptor {
  /** u8: code of the {@link Space}. */
  public static final int SPACE_OFFSET = 0;

  /** u8: code of the {@link ElementType}. */
  public static final int TYPE_OFFSET = 1;

  /** u8: the rank, with {@link #DENSE_FLAG} added if no strides follow. */
  public static final int RANK_OFFSET = 2;

  /** u32: byte of element (0, 0, …), from the start of the space. */
  public static final int START_OFFSET = 3;

  /** The shape, then the strides in elements. */
  public static final int SHAPE_OFFSET = 7;

  /** Length of one dimension, and of one stride. */
  public static final int DIMENSION_LENGTH = 4;

  /** In the rank's byte: no strides follow, they are those of consecutive elements in C order. */
  public static final int DENSE_FLAG = 0x80;

  /** The highest rank. */
  public static final int MAX_RANK = View.MAX_RANK;

  private ViewDescriptor() {}

  /** Length of an encoded view. */
  public static int length(int rank, boolean dense) {
    return SHAPE_OFFSET + (dense ? 1 : 2) * rank * DIMENSION_LENGTH;
  }
}
