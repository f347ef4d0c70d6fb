package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Step.Softmax}: exp(x - max) / sum, the largest element subtracted first so that nothing
 * overflows. A row with a NaN, or of nothing but -infinity, becomes NaN throughout.
 */
final class Softmax extends RowKernel {
  private final int n;
  private final int whole;

  private Softmax(Dimensions outer, int n, long out, long in) {
    super(outer.dimensions(), out, in);
    this.n = n;
    this.whole = n & -LANES;
  }

  static Softmax bind(Step.Softmax step, Addresses addresses) {
    int last = step.out().rank() - 1;
    Dimensions outer = Dimensions.reordered(Dimensions.of(0, last, step.out(), step.in()), 2);
    return new Softmax(
        outer, step.out().dim(last), addresses.of(step.out()), addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    float sum = exponentials(in, out, largest(in));
    scale(out, 1f / sum);
  }

  private float largest(long in) {
    FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += LANES) {
      best =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .max(best);
    }
    float largest = best.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < n; i++) {
      largest = Math.max(largest, getFloat(in + (long) i * Float.BYTES));
    }
    return largest;
  }

  private float exponentials(long in, long out, float largest) {
    int wide = n & -WIDE_LANES;
    ExponentialLoop.run(-largest, in, out, wide, 1f, 0f);
    for (int i = wide; i < n; i++) {
      long at = (long) i * Float.BYTES;
      putFloat(out + at, ScalarMath.exp(getFloat(in + at) - largest));
    }
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      sums =
          fromMemorySegment(SPECIES, MEMORY, (out & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .add(sums);
    }
    float sum =
        ((sums.lane(0) + sums.lane(4)) + (sums.lane(2) + sums.lane(6)))
            + ((sums.lane(1) + sums.lane(5)) + (sums.lane(3) + sums.lane(7)));
    for (int i = whole; i < n; i++) {
      sum += getFloat(out + (long) i * Float.BYTES);
    }
    return sum;
  }

  private void scale(long out, float factor) {
    for (int i = 0; i < whole; i += LANES) {
      long at = (long) i * Float.BYTES;
      fromMemorySegment(SPECIES, MEMORY, (out & ADDRESSES) + at, ORDER)
          .mul(factor)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    for (int i = whole; i < n; i++) {
      long at = (long) i * Float.BYTES;
      putFloat(out + at, getFloat(out + at) * factor);
    }
  }
}
