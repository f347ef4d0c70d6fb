package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Step.LayerNorm}. The variance is summed from differences to the mean in a pass of its own;
 * the difference of the mean square and the squared mean would lose most of its digits.
 */
final class LayerNorm extends RowKernel {
  private final int n;
  private final int whole;
  private final long gamma;
  private final long beta;
  private final float epsilon;

  private LayerNorm(Dimensions outer, int n, long out, long in, long parameters, float epsilon) {
    super(outer.dimensions(), out, in);
    this.n = n;
    this.whole = n & -LANES;
    this.gamma = parameters;
    this.beta = parameters + (long) n * Float.BYTES;
    this.epsilon = epsilon;
  }

  static LayerNorm bind(Step.LayerNorm step, Addresses addresses) {
    int last = step.out().rank() - 1;
    Dimensions outer = Dimensions.reordered(Dimensions.of(0, last, step.out(), step.in()), 2);
    return new LayerNorm(
        outer,
        step.out().dim(last),
        addresses.of(step.out()),
        addresses.of(step.in()),
        addresses.of(step.parameters()),
        step.epsilon());
  }

  @Override
  void row(long out, long in, long unused) {
    float mean = sum(in) / n;
    float variance = squares(in, mean) / n;
    normalise(in, out, mean, 1f / ScalarMath.sqrt(variance + epsilon));
  }

  private float sum(long in) {
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      sums =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .add(sums);
    }
    float sum =
        ((sums.lane(0) + sums.lane(4)) + (sums.lane(2) + sums.lane(6)))
            + ((sums.lane(1) + sums.lane(5)) + (sums.lane(3) + sums.lane(7)));
    for (int i = whole; i < n; i++) {
      sum += getFloat(in + (long) i * Float.BYTES);
    }
    return sum;
  }

  private float squares(long in, float mean) {
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector difference =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER)
              .sub(mean);
      sums = difference.fma(difference, sums);
    }
    float sum =
        ((sums.lane(0) + sums.lane(4)) + (sums.lane(2) + sums.lane(6)))
            + ((sums.lane(1) + sums.lane(5)) + (sums.lane(3) + sums.lane(7)));
    for (int i = whole; i < n; i++) {
      float difference = getFloat(in + (long) i * Float.BYTES) - mean;
      sum = Math.fma(difference, difference, sum);
    }
    return sum;
  }

  private void normalise(long in, long out, float mean, float factor) {
    for (int i = 0; i < whole; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER).sub(mean).mul(factor);
      x.fma(
              fromMemorySegment(SPECIES, MEMORY, (gamma & ADDRESSES) + at, ORDER),
              fromMemorySegment(SPECIES, MEMORY, (beta & ADDRESSES) + at, ORDER))
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    for (int i = whole; i < n; i++) {
      long at = (long) i * Float.BYTES;
      float x = (getFloat(in + at) - mean) * factor;
      putFloat(out + at, Math.fma(x, getFloat(gamma + at), getFloat(beta + at)));
    }
  }
}
