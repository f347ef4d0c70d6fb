package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;

import dev.strongroom.program.Step;
import dev.strongroom.program.Step.Pool2d.Kind;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Step.QuantizedPool2d}, eight channels at a time. */
final class QuantizedPool2d extends SlidingKernel {
  private final Kind kind;
  private final float scale;
  private final int inZero;
  private final Rounding rounding;

  private QuantizedPool2d(Step.QuantizedPool2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.kind = step.kind();
    this.scale = step.scale();
    this.inZero = step.inZero();
    this.rounding = new Rounding(step.saturation());
  }

  static QuantizedPool2d bind(Step.QuantizedPool2d step, Addresses addresses) {
    return new QuantizedPool2d(step, addresses);
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
    float factor = scale / (kind == Kind.AVERAGE ? inside : taps());
    float zeros = (float) inside * inZero;
    for (int i = 0; i < count; i++) {
      long from = in + i * inStep;
      long to = out + i * outStep;
      if (kind == Kind.MAX) {
        maximum(from, to, kyFrom, kyTo, kxFrom, kxTo);
      } else {
        average(from, to, zeros, factor, kyFrom, kyTo, kxFrom, kxTo);
      }
    }
  }

  private void maximum(long in, long out, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      ByteVector best = ByteVector.broadcast(BYTES, Byte.MIN_VALUE);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          long at = in + c + ky * tapRow + kx * tapPixel;
          best = ByteVector.fromMemorySegment(BYTES, MEMORY, at & ADDRESSES, ORDER).max(best);
        }
      }
      best.intoMemorySegment(MEMORY, (out + c) & ADDRESSES, ORDER);
    }
    for (; c < channels; c++) {
      int best = Byte.MIN_VALUE;
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          best = Math.max(best, getByte(in + c + ky * tapRow + kx * tapPixel));
        }
      }
      putByte(out + c, (byte) best);
    }
  }

  /** Sums are below 2^24, so that floats hold them exactly, less {@code zeros} too. */
  private void average(
      long in, long out, float zeros, float factor, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          long at = in + c + ky * tapRow + kx * tapPixel;
          FloatVector x =
              (FloatVector)
                  ByteVector.fromMemorySegment(BYTES, MEMORY, at & ADDRESSES, ORDER)
                      .convertShape(VectorOperators.B2F, SPECIES, 0);
          sum = x.add(sum);
        }
      }
      FloatVector v = sum.sub(zeros).mul(factor);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(rounding.lowest, v.lt(rounding.lowest));
      v = v.blend(rounding.highest, v.compare(VectorOperators.GT, rounding.highest));
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out + c) & ADDRESSES, ORDER);
    }
    for (; c < channels; c++) {
      int sum = 0;
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          sum += getByte(in + c + ky * tapRow + kx * tapPixel);
        }
      }
      putByte(out + c, rounding.scalar((sum - zeros) * factor));
    }
  }
}
