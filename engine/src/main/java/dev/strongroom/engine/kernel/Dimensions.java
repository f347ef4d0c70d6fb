package dev.strongroom.engine.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The dimensions that several operands of one shape are walked along, as few as possible:
 * dimensions of size 1 are gone, and two in which every operand steps as in a single longer one are
 * merged.
 *
 * @param dimensions outermost first, at least one
 */
record Dimensions(List<Dimension> dimensions) {

  /**
   * One dimension.
   *
   * @param steps for each operand, bytes from an element to its neighbour
   */
  record Dimension(int size, long... steps) {
    boolean continues(Dimension inner) {
      for (int i = 0; i < steps.length; i++) {
        if (steps[i] != inner.size * inner.steps[i]) {
          return false;
        }
      }
      return true;
    }
  }

  Dimensions {
    dimensions = List.copyOf(dimensions);
  }

  /** In the order given, which is kept. */
  static Dimensions inOrder(List<Dimension> dimensions, int operands) {
    List<Dimension> merged = new ArrayList<>();
    for (Dimension next : dimensions) {
      if (next.size() == 1) {
        continue;
      }
      Dimension last = merged.isEmpty() ? null : merged.getLast();
      if (last != null
          && last.continues(next)
          && (long) last.size() * next.size() <= Integer.MAX_VALUE) {
        merged.set(
            merged.size() - 1, new Dimension(last.size() * next.size(), next.steps().clone()));
      } else {
        merged.add(next);
      }
    }
    if (merged.isEmpty()) {
      merged.add(new Dimension(1, new long[operands]));
    }
    return new Dimensions(merged);
  }

  /** In any order: the first operand's longest steps outermost, so that it is walked in order. */
  static Dimensions reordered(List<Dimension> dimensions, int operands) {
    List<Dimension> sorted = new ArrayList<>(dimensions);
    sorted.sort(Comparator.comparingLong((Dimension d) -> d.steps()[0]).reversed());
    return inOrder(sorted, operands);
  }

  /** Dimensions {@code from} (inclusive) to {@code to} (exclusive) of views of one shape. */
  static List<Dimension> of(int from, int to, dev.strongroom.program.View... views) {
    List<Dimension> dimensions = new ArrayList<>();
    for (int i = from; i < to; i++) {
      long[] steps = new long[views.length];
      for (int v = 0; v < views.length; v++) {
        steps[v] = (long) views[v].stride(i) * views[v].type().bytes();
      }
      dimensions.add(new Dimension(views[0].dim(i), steps));
    }
    return dimensions;
  }

  int rank() {
    return dimensions.size();
  }

  Dimension innermost() {
    return dimensions.getLast();
  }

  /** All but the innermost {@code count}. */
  List<Dimension> outer(int count) {
    return dimensions.subList(0, Math.max(0, dimensions.size() - count));
  }
}
