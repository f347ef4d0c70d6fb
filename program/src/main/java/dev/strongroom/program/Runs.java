package dev.strongroom.program;

/**
 * The bytes that a view's elements occupy, as runs of consecutive bytes. Dimensions that continue
 * what smaller strides cover melt into one run, so that a dense view is one run whatever its order
 * of dimensions. Needs a view that {@link ViewRules#inside} has accepted.
 */
final class Runs {
  private final long start;
  private final int bytes;
  private final long[] strides;
  private final int[] counts;

  private Runs(long start, int bytes, long[] strides, int[] counts) {
    this.start = start;
    this.bytes = bytes;
    this.strides = strides;
    this.counts = counts;
  }

  static Runs of(View view) {
    int[] dimensions = ViewRules.dimensionsByStride(view);
    int elementBytes = view.type().bytes();
    long run = elementBytes;
    int inner = 0;
    while (inner < dimensions.length
        && (long) view.stride(dimensions[inner]) * elementBytes <= run) {
      int i = dimensions[inner++];
      run += (view.dim(i) - 1L) * view.stride(i) * elementBytes;
    }
    int outer = dimensions.length - inner;
    long[] strides = new long[outer];
    int[] counts = new int[outer];
    for (int k = 0; k < outer; k++) {
      int i = dimensions[dimensions.length - 1 - k];
      strides[k] = (long) view.stride(i) * elementBytes;
      counts[k] = view.dim(i);
    }
    return new Runs(view.offset(), Math.toIntExact(run), strides, counts);
  }

  /** Number of runs; overlapping ones each count. */
  long count() {
    long count = 1;
    for (int c : counts) {
      count *= c;
    }
    return count;
  }

  /** Length of each run. */
  int bytes() {
    return bytes;
  }

  /** What is done with a run; false ends the enumeration. */
  interface Visitor {
    boolean visit(long firstByte, long endByte);
  }

  /** Visits the runs until the visitor has enough; whether it saw all of them. */
  boolean all(Visitor visitor) {
    return all(visitor, 0, start);
  }

  private boolean all(Visitor visitor, int depth, long at) {
    if (depth == counts.length) {
      return visitor.visit(at, at + bytes);
    }
    long next = at;
    for (int i = 0; i < counts[depth]; i++) {
      if (!all(visitor, depth + 1, next)) {
        return false;
      }
      next += strides[depth];
    }
    return true;
  }
}
