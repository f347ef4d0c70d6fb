package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Step;
import dev.strongroom.program.Step.Pool2d.Kind;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Step.Pool2d}, a tap at a time for a line of pixels, which stay in the nearest cache: so
 * loops over channels have nothing to carry from tap to tap. A window without any pixel gives
 * -infinity as its maximum and NaN as its average.
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
    fill(out, outStep, count, kind == Kind.MAX ? Float.NEGATIVE_INFINITY : 0f);
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long tap = in + ky * tapRow + kx * tapPixel;
        if (kind == Kind.MAX) {
          maximum(tap, inStep, out, outStep, count);
        } else {
          sum(tap, inStep, out, outStep, count);
        }
      }
    }
    if (kind != Kind.MAX) {
      int inside = Math.max(0, kyTo - kyFrom) * Math.max(0, kxTo - kxFrom);
      scale(out, outStep, count, 1f / (kind == Kind.AVERAGE ? inside : taps()));
    }
  }

  private void fill(long out, long outStep, int pixels, float value) {
    for (int i = 0; i < pixels; i++) {
      long to = out + i * outStep;
      int c = 0;
      for (; c <= channels - WIDE_LANES; c += WIDE_LANES) {
        FloatVector.broadcast(WIDE, value)
            .intoMemorySegment(MEMORY, (to & ADDRESSES) + (long) c * Float.BYTES, ORDER);
      }
      for (; c < channels; c++) {
        putFloat(to + (long) c * Float.BYTES, value);
      }
    }
  }

  private void maximum(long in, long inStep, long out, long outStep, int pixels) {
    for (int i = 0; i < pixels; i++) {
      long from = in + i * inStep;
      long to = out + i * outStep;
      int c = 0;
      for (; c <= channels - WIDE_LANES; c += WIDE_LANES) {
        long at = (long) c * Float.BYTES;
        fromMemorySegment(WIDE, MEMORY, (from & ADDRESSES) + at, ORDER)
            .max(fromMemorySegment(WIDE, MEMORY, (to & ADDRESSES) + at, ORDER))
            .intoMemorySegment(MEMORY, (to & ADDRESSES) + at, ORDER);
      }
      for (; c < channels; c++) {
        long at = (long) c * Float.BYTES;
        putFloat(to + at, Math.max(getFloat(to + at), getFloat(from + at)));
      }
    }
  }

  private void sum(long in, long inStep, long out, long outStep, int pixels) {
    for (int i = 0; i < pixels; i++) {
      long from = in + i * inStep;
      long to = out + i * outStep;
      int c = 0;
      for (; c <= channels - WIDE_LANES; c += WIDE_LANES) {
        long at = (long) c * Float.BYTES;
        fromMemorySegment(WIDE, MEMORY, (from & ADDRESSES) + at, ORDER)
            .add(fromMemorySegment(WIDE, MEMORY, (to & ADDRESSES) + at, ORDER))
            .intoMemorySegment(MEMORY, (to & ADDRESSES) + at, ORDER);
      }
      for (; c < channels; c++) {
        long at = (long) c * Float.BYTES;
        putFloat(to + at, getFloat(to + at) + getFloat(from + at));
      }
    }
  }

  private void scale(long out, long outStep, int pixels, float factor) {
    for (int i = 0; i < pixels; i++) {
      long to = out + i * outStep;
      int c = 0;
      for (; c <= channels - WIDE_LANES; c += WIDE_LANES) {
        long at = (to & ADDRESSES) + (long) c * Float.BYTES;
        fromMemorySegment(WIDE, MEMORY, at, ORDER).mul(factor).intoMemorySegment(MEMORY, at, ORDER);
      }
      for (; c < channels; c++) {
        long at = to + (long) c * Float.BYTES;
        putFloat(at, getFloat(at) * factor);
      }
    }
  }
}
