package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Step.Reduce.Kind;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The arithmetic of {@link Reduce} over one run of elements. A mean is a sum here. */
final class ReduceLoops {
  private ReduceLoops() {}

  static float pair(Kind kind, float a, float b) {
    return switch (kind) {
      case SUM, MEAN -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /**
   * Reduces, for each of {@code n} neighbouring floats (a multiple of the vector's length), {@code
   * count} elements {@code step} bytes apart, and combines the results with those in {@code out},
   * or writes them if they are the first.
   */
  static void across(Kind kind, long in, long step, int count, long out, int n, boolean first) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      switch (kind) {
        case SUM, MEAN -> sumAcross(in + at, step, count, out + at, first);
        case MAX -> maxAcross(in + at, step, count, out + at, first);
        case MIN -> minAcross(in + at, step, count, out + at, first);
      }
    }
  }

  private static void sumAcross(long in, long step, int count, long out, boolean first) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i++) {
      sum = fromMemorySegment(SPECIES, MEMORY, (in + i * step) & ADDRESSES, ORDER).add(sum);
    }
    if (!first) {
      sum = fromMemorySegment(SPECIES, MEMORY, out & ADDRESSES, ORDER).add(sum);
    }
    sum.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
  }

  private static void maxAcross(long in, long step, int count, long out, boolean first) {
    FloatVector max = fromMemorySegment(SPECIES, MEMORY, in & ADDRESSES, ORDER);
    for (int i = 1; i < count; i++) {
      max = fromMemorySegment(SPECIES, MEMORY, (in + i * step) & ADDRESSES, ORDER).max(max);
    }
    if (!first) {
      max = fromMemorySegment(SPECIES, MEMORY, out & ADDRESSES, ORDER).max(max);
    }
    max.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
  }

  private static void minAcross(long in, long step, int count, long out, boolean first) {
    FloatVector min = fromMemorySegment(SPECIES, MEMORY, in & ADDRESSES, ORDER);
    for (int i = 1; i < count; i++) {
      min = fromMemorySegment(SPECIES, MEMORY, (in + i * step) & ADDRESSES, ORDER).min(min);
    }
    if (!first) {
      min = fromMemorySegment(SPECIES, MEMORY, out & ADDRESSES, ORDER).min(min);
    }
    min.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
  }

  /** Reduces {@code count} elements, {@code step} bytes apart, to one. */
  static float along(Kind kind, long in, long step, int count) {
    int whole = step == Float.BYTES ? count & -LANES : 0;
    float result;
    int from;
    if (whole > 0) {
      result =
          switch (kind) {
            case SUM, MEAN -> sum(in, whole);
            case MAX -> max(in, whole);
            case MIN -> min(in, whole);
          };
      from = whole;
    } else {
      result = getFloat(in);
      from = 1;
    }
    for (int i = from; i < count; i++) {
      result = pair(kind, result, getFloat(in + i * step));
    }
    return result;
  }

  private static float sum(long in, int n) {
    FloatVector sum = fromMemorySegment(SPECIES, MEMORY, in & ADDRESSES, ORDER);
    for (int i = LANES; i < n; i += LANES) {
      sum =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .add(sum);
    }
    return ((sum.lane(0) + sum.lane(4)) + (sum.lane(2) + sum.lane(6)))
        + ((sum.lane(1) + sum.lane(5)) + (sum.lane(3) + sum.lane(7)));
  }

  private static float max(long in, int n) {
    FloatVector max = fromMemorySegment(SPECIES, MEMORY, in & ADDRESSES, ORDER);
    for (int i = LANES; i < n; i += LANES) {
      max =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .max(max);
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  private static float min(long in, int n) {
    FloatVector min = fromMemorySegment(SPECIES, MEMORY, in & ADDRESSES, ORDER);
    for (int i = LANES; i < n; i += LANES) {
      min =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .min(min);
    }
    return min.reduceLanes(VectorOperators.MIN);
  }
}
