package dev.strongroom.program;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A strided window onto a {@link Space}: element {@code (i0, i1, …)} lies at byte {@code offset + 4
 * * (i0 * stride(0) + i1 * stride(1) + …)} for a four-byte type. Strides are counted in elements
 * and never negative; a stride of 0 repeats one element along that dimension (broadcasting), which
 * only operands that are read may have.
 *
 * <p>Everything that other engines do by copying is a view here: a channel slice of a
 * concatenation, a transpose, a reshape, a nearest-neighbour enlargement by a whole factor.
 */
public final class View {
  /** The highest rank that the codec, the verifier and the kernels know. */
  public static final int MAX_RANK = 6;

  private final Space space;
  private final ElementType type;
  private final long offset;
  private final int[] shape;
  private final int[] strides;

  private View(Space space, ElementType type, long offset, int[] shape, int[] strides) {
    this.space = space;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }

  /**
   * A view with the strides given.
   *
   * @param offset of element (0, 0, …), in bytes from the start of the space
   * @throws IllegalArgumentException if the rank exceeds {@link #MAX_RANK}, if shape and strides
   *     differ in length, if a dimension is below 1, a stride or the offset below 0, or the offset
   *     no multiple of the element's size
   */
  public static View of(Space space, ElementType type, long offset, int[] shape, int[] strides) {
    if (shape.length > MAX_RANK || shape.length != strides.length) {
      throw new IllegalArgumentException(
          "a view has at most %d dimensions, each with a stride: shape=%s, strides=%s"
              .formatted(MAX_RANK, Arrays.toString(shape), Arrays.toString(strides)));
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 1 || strides[i] < 0) {
        throw new IllegalArgumentException(
            "a view needs dimensions of at least 1 and strides of at least 0: shape=%s, strides=%s"
                .formatted(Arrays.toString(shape), Arrays.toString(strides)));
      }
    }
    if (offset < 0 || offset % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "offset %d is no multiple of %s's %d bytes".formatted(offset, type, type.bytes()));
    }
    return new View(space, type, offset, shape.clone(), strides.clone());
  }

  /** A view of consecutive elements, the last dimension fastest (C order). */
  public static View dense(Space space, ElementType type, long offset, int... shape) {
    return of(space, type, offset, shape, denseStrides(shape));
  }

  /** The strides, in elements, of consecutive elements with the last dimension fastest. */
  public static int[] denseStrides(int... shape) {
    int[] strides = new int[shape.length];
    int next = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = next;
      next = Math.multiplyExact(next, shape[i]);
    }
    return strides;
  }

  public Space space() {
    return space;
  }

  public ElementType type() {
    return type;
  }

  /** Bytes from the start of the space to element (0, 0, …). */
  public long offset() {
    return offset;
  }

  public int rank() {
    return shape.length;
  }

  /** Size of dimension {@code i}. */
  public int dim(int i) {
    return shape[i];
  }

  /** Elements between neighbours along dimension {@code i}. */
  public int stride(int i) {
    return strides[i];
  }

  /** A copy of all dimensions. */
  public int[] shape() {
    return shape.clone();
  }

  /** A copy of all strides, in elements. */
  public int[] strides() {
    return strides.clone();
  }

  /** Number of (logical) elements, repeated ones counted each time. */
  public long elements() {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** Bytes from the first element to one past the last: what the view needs of its space. */
  public long extent() {
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      last = Math.addExact(last, Math.multiplyExact((long) (shape[i] - 1), strides[i]));
    }
    return Math.multiplyExact(last + 1, type.bytes());
  }

  /** The first byte of the space that lies behind every element. */
  public long end() {
    return Math.addExact(offset, extent());
  }

  /** Whether the elements follow one another without gaps, the last dimension fastest. */
  public boolean isDense() {
    int expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return true;
  }

  /**
   * Whether the elements follow one another without gaps in some order of the dimensions: every
   * byte from the first to the last is an element's, and no other's.
   */
  public boolean isDenseInSomeOrder() {
    return permute(memoryOrder()).isDense();
  }

  /**
   * The dimensions from the one that varies slowest in memory to the one that varies fastest; those
   * of size 1 come first.
   */
  public int[] memoryOrder() {
    return IntStream.range(0, shape.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(i -> shape[i] == 1 ? 0 : 1)
                .thenComparing(Comparator.<Integer>comparingInt(i -> strides[i]).reversed()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The same elements with dimensions in the order {@code perm}: a transpose without copying. */
  public View permute(int... perm) {
    return of(
        space,
        type,
        offset,
        IntStream.of(perm).map(i -> shape[i]).toArray(),
        IntStream.of(perm).map(i -> strides[i]).toArray());
  }

  /** The same view moved by {@code bytes} within its space. */
  public View shift(long bytes) {
    return of(space, type, offset + bytes, shape, strides);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof View v
        && space == v.space
        && type == v.type
        && offset == v.offset
        && Arrays.equals(shape, v.shape)
        && Arrays.equals(strides, v.strides);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(offset) * 31 + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return "%s[%s @%d %s%s]"
        .formatted(
            space,
            type,
            offset,
            Arrays.toString(shape),
            isDense() ? "" : " strides " + Arrays.toString(strides));
  }
}
