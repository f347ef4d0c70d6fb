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
import dev.strongroom.program.Step.Pool2d.Kind;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Step.Pool2d}, eight channels at a time. A window without any pixel gives -infinity as its
 * maximum and NaN as its average.
 */
final class Pool2d extends SlidingKernel {
  private final Kind kind;

  private Pool2d(Step.Pool2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.kind = step.kind();
  }

  static Pool2d bind(Step.Pool2d step, Addresses addresses) {
    return new Pool2d(step, addresses);
  }

  @Override
  void line(
      long in,
      long inStep,
      long out,
      long outStep,
      int count,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo) {
    int inside = Math.max(0, kyTo - kyFrom) * Math.max(0, kxTo - kxFrom);
    float factor = 1f / (kind == Kind.AVERAGE ? inside : taps());
    for (int i = 0; i < count; i++) {
      if (kind == Kind.MAX) {
        maximum(in + i * inStep, out + i * outStep, kyFrom, kyTo, kxFrom, kxTo);
      } else {
        average(in + i * inStep, out + i * outStep, factor, kyFrom, kyTo, kxFrom, kxTo);
      }
    }
  }

  private void maximum(long in, long out, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      long at = (long) c * Float.BYTES;
      FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          best =
              fromMemorySegment(
                      SPECIES, MEMORY, (in + at + ky * tapRow + kx * tapPixel) & ADDRESSES, ORDER)
                  .max(best);
        }
      }
      best.intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    for (; c < channels; c++) {
      long at = (long) c * Float.BYTES;
      float best = Float.NEGATIVE_INFINITY;
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          best = Math.max(best, getFloat(in + at + ky * tapRow + kx * tapPixel));
        }
      }
      putFloat(out + at, best);
    }
  }

  private void average(
      long in, long out, float factor, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      long at = (long) c * Float.BYTES;
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          sum =
              fromMemorySegment(
                      SPECIES, MEMORY, (in + at + ky * tapRow + kx * tapPixel) & ADDRESSES, ORDER)
                  .add(sum);
        }
      }
      sum.mul(factor).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    for (; c < channels; c++) {
      long at = (long) c * Float.BYTES;
      float sum = 0;
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          sum += getFloat(in + at + ky * tapRow + kx * tapPixel);
        }
      }
      putFloat(out + at, sum * factor);
    }
  }
}
