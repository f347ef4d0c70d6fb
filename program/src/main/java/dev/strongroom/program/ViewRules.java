package dev.strongroom.program;

import java.util.Arrays;

/** What single views must fulfil, whatever step they belong to. */
final class ViewRules {
  /** Everything is smaller: sizes, offsets, numbers of elements. */
  static final long LIMIT = 1L << 31;

  private ViewRules() {}

  /**
   * All elements lie between 0 and {@code spaceBytes}, and there are fewer than 2<sup>31</sup> of
   * them, repeated ones counted: kernels count in ints and add offsets without looking.
   */
  static void inside(Check check, String name, View view, long spaceBytes)
      throws InvalidProgramException {
    long elements = 1;
    long last = 0;
    for (int i = 0; i < view.rank(); i++) {
      elements = Math.min(LIMIT, elements * view.dim(i));
      // Below 2^62 a summand, and refused before the next one could overflow.
      last += (view.dim(i) - 1L) * view.stride(i);
      check.that(
          elements < LIMIT && last < LIMIT, "%s %s reaches 2^31 elements or bytes", name, view);
    }
    long end = view.offset() + (last + 1) * view.type().bytes();
    check.that(
        view.offset() < LIMIT && end <= spaceBytes,
        "%s %s ends at byte %d, but %s has %d",
        name,
        view,
        end,
        view.space(),
        spaceBytes);
  }

  /** Kernels know the types that their step allows, and no others. */
  static void floats(Check check, String name, View view) throws InvalidProgramException {
    type(check, name, view, ElementType.F32);
  }

  static void type(Check check, String name, View view, ElementType type)
      throws InvalidProgramException {
    check.that(view.type() == type, "%s %s must be %s", name, view, type);
  }

  static void floatsOrBytes(Check check, String name, View view) throws InvalidProgramException {
    check.that(
        view.type() == ElementType.F32 || view.type() == ElementType.I8,
        "%s %s must be F32 or I8",
        name,
        view);
  }

  static void integers(Check check, String name, View view) throws InvalidProgramException {
    check.that(
        view.type() == ElementType.I32 || view.type() == ElementType.I64,
        "%s %s must be I32 or I64",
        name,
        view);
  }

  /** What a model takes and gives. */
  static void numbers(Check check, String name, View view) throws InvalidProgramException {
    check.that(
        view.type() == ElementType.F32
            || view.type() == ElementType.I32
            || view.type() == ElementType.I64,
        "%s %s must be F32, I32 or I64",
        name,
        view);
  }

  static void rank(Check check, String name, View view, int rank) throws InvalidProgramException {
    check.that(view.rank() == rank, "%s %s must have rank %d", name, view, rank);
  }

  /** The last dimension is what vector kernels load from consecutive addresses. */
  static void lastConsecutive(Check check, String name, View view) throws InvalidProgramException {
    int last = view.rank() - 1;
    check.that(
        last >= 0 && (view.stride(last) == 1 || view.dim(last) == 1),
        "%s %s must have a last dimension with stride 1",
        name,
        view);
  }

  static void sameShape(Check check, String name, View view, String otherName, View other)
      throws InvalidProgramException {
    check.that(
        Arrays.equals(view.shape(), other.shape()),
        "%s %s must have the shape of %s %s",
        name,
        view,
        otherName,
        other);
  }

  /** Exactly the layout the packer made, at a cache line's start: kernels only count upwards. */
  static void packed(Check check, String name, View view, int... shape)
      throws InvalidProgramException {
    check.that(
        Arrays.equals(view.shape(), shape) && view.isDense(),
        "%s %s must be dense with shape %s",
        name,
        view,
        Arrays.toString(shape));
    check.that(
        view.offset() % Program.ALIGNMENT == 0,
        "%s %s must start at a multiple of %d bytes",
        name,
        view,
        Program.ALIGNMENT);
  }

  /**
   * No two elements share an address, so that a kernel may write them in any order. Sufficient, and
   * fulfilled by every slice and transpose of a dense tensor: from the smallest stride to the
   * largest, each steps over all that the smaller ones span.
   */
  static void distinct(Check check, String name, View view) throws InvalidProgramException {
    int[] byStride = dimensionsByStride(view);
    long span = 1;
    for (int i : byStride) {
      check.that(
          view.stride(i) >= span,
          "%s %s has elements that share an address: dimension %d has stride %d, but the inner"
              + " ones span %d elements",
          name,
          view,
          i,
          view.stride(i),
          span);
      span += (view.dim(i) - 1L) * view.stride(i);
    }
  }

  /** The dimensions that have more than one index, the one with the smallest stride first. */
  static int[] dimensionsByStride(View view) {
    int[] dimensions = new int[view.rank()];
    int count = 0;
    for (int i = 0; i < view.rank(); i++) {
      if (view.dim(i) > 1) {
        int at = count++;
        while (at > 0 && view.stride(dimensions[at - 1]) > view.stride(i)) {
          dimensions[at] = dimensions[at - 1];
          at--;
        }
        dimensions[at] = i;
      }
    }
    return Arrays.copyOf(dimensions, count);
  }
}
