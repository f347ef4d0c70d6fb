package dev.strongroom.graph;

/** Walks over elements of tensors in C order, by strides counted in elements. */
final class Strides {
  private Strides() {}

  /** The strides of consecutive elements, the last dimension fastest. */
  static int[] dense(Shape shape) {
    int[] strides = new int[shape.rank()];
    int next = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      strides[i] = next;
      next *= shape.dim(i);
    }
    return strides;
  }

  /** The strides that let a dense {@code in} appear with shape {@code out}: 0 where it repeats. */
  static int[] broadcast(Shape in, Shape out) {
    int[] dense = dense(in);
    int[] strides = new int[out.rank()];
    int missing = out.rank() - in.rank();
    for (int i = 0; i < in.rank(); i++) {
      strides[missing + i] = in.dim(i) == 1 ? 0 : dense[i];
    }
    return strides;
  }

  /**
   * Receives the position of an element: its number in C order, its offsets by two sets of strides.
   */
  interface Visitor {
    void visit(int element, int a, int b);
  }

  /** Visits every element of {@code shape}, offsets starting at {@code baseA} and 0. */
  static void forEach(int[] dims, int[] a, int baseA, int[] b, Visitor visitor) {
    long count = 1;
    for (int d : dims) {
      count *= d;
    }
    int[] index = new int[dims.length];
    int offsetA = baseA;
    int offsetB = 0;
    for (int element = 0; element < count; element++) {
      visitor.visit(element, offsetA, offsetB);
      for (int i = dims.length - 1; i >= 0; i--) {
        offsetA += a[i];
        offsetB += b[i];
        if (++index[i] < dims[i]) {
          break;
        }
        offsetA -= a[i] * dims[i];
        offsetB -= b[i] * dims[i];
        index[i] = 0;
      }
    }
  }
}
