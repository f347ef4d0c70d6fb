package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Step.QuantizedDepthwiseConv2d}: eight channels of six pixels at a time, in floats, which
 * hold sums of so few products of integers exactly. Channels that do not fill a vector are computed
 * one by one.
 */
final class QuantizedDepthwiseConv2d extends SlidingKernel {
  private static final int TILE = PartialSums.ROWS;
  private static final int WEIGHT_ROW = PackedWeights.PANEL;
  private static final int HEADER = PackedWeights.QUANTIZED_HEADER_ROWS * WEIGHT_ROW;
  private static final int PIECE_ROW = PartialSums.ROW_BYTES;

  private final long weights;
  private final long panelBytes;
  private final int outBytes;
  private final boolean integers;
  private final float inZero;
  private final int inBytes;
  private final PartialSums sums;

  /** The part of the window that lies inside the input, for the pixels at work. */
  private int kyFrom;

  private int kyTo;
  private int kxFrom;
  private int kxTo;

  private QuantizedDepthwiseConv2d(Step.QuantizedDepthwiseConv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.weights = addresses.of(step.weights());
    this.panelBytes = HEADER + (long) taps() * WEIGHT_ROW;
    this.outBytes = step.out().type().bytes();
    this.integers = step.in().type() == ElementType.I8;
    this.inZero = step.inZero();
    this.inBytes = step.in().type().bytes();
    this.sums =
        new PartialSums(
            addresses.of(step.workspace()),
            step.in().type(),
            step.out(),
            step.activation(),
            step.saturation());
  }

  static QuantizedDepthwiseConv2d bind(Step.QuantizedDepthwiseConv2d step, Addresses addresses) {
    return new QuantizedDepthwiseConv2d(step, addresses);
  }

  @Override
  void line(
      long in,
      long inStep,
      long out,
      long outStep,
      int count,
      int firstKy,
      int lastKy,
      int firstKx,
      int lastKx) {
    kyFrom = firstKy;
    kyTo = lastKy;
    kxFrom = firstKx;
    kxTo = lastKx;
    for (int i = 0; i < count; i += TILE) {
      block(in + i * inStep, inStep, out + i * outStep, outStep, Math.min(TILE, count - i));
    }
  }

  /** Up to six pixels, all channels. */
  private void block(long in, long inStep, long out, long outStep, int pixels) {
    long panel = weights;
    for (int channel = 0; channel < channels; channel += PackedWeights.PANEL) {
      int lanes = Math.min(PackedWeights.PANEL, channels - channel);
      int whole = lanes & -LANES;
      long from = in + (long) channel * inBytes;
      for (int lane = 0; lane < whole; lane += LANES) {
        long first = from + (long) lane * inBytes;
        long w = panel + HEADER + lane;
        long piece = sums.piece + (long) lane * Float.BYTES;
        if (integers) {
          bytes(first, inStep, pixels, w, piece);
        } else {
          floats(first, inStep, pixels, w, piece);
        }
      }
      for (int lane = whole; lane < lanes; lane++) {
        for (int p = 0; p < pixels; p++) {
          float sum = single(from + p * inStep + (long) lane * inBytes, panel + HEADER + lane);
          putFloat(sums.piece + (long) p * PIECE_ROW + (long) lane * Float.BYTES, sum);
        }
      }
      sums.add(pixels, true);
      sums.finish(pixels, panel, 0, lanes, out + (long) channel * outBytes, outStep);
      panel += panelBytes;
    }
  }

  /** Up to six pixels by eight channels; missing pixels repeat the last one. */
  private void bytes(long in, long inStep, int pixels, long weight, long piece) {
    long in1 = in + Math.min(1, pixels - 1) * inStep;
    long in2 = in + Math.min(2, pixels - 1) * inStep;
    long in3 = in + Math.min(3, pixels - 1) * inStep;
    long in4 = in + Math.min(4, pixels - 1) * inStep;
    long in5 = in + Math.min(5, pixels - 1) * inStep;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = ky * tapRow + kx * tapPixel;
        FloatVector w =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        BYTES,
                        MEMORY,
                        (weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW) & ADDRESSES,
                        ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        FloatVector x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum0 = x.sub(inZero).fma(w, sum0);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in1 + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum1 = x.sub(inZero).fma(w, sum1);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in2 + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum2 = x.sub(inZero).fma(w, sum2);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in3 + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum3 = x.sub(inZero).fma(w, sum3);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in4 + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum4 = x.sub(inZero).fma(w, sum4);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, (in5 + at) & ADDRESSES, ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        sum5 = x.sub(inZero).fma(w, sum5);
      }
    }
    sum0.intoMemorySegment(MEMORY, piece & ADDRESSES, ORDER);
    sum1.intoMemorySegment(MEMORY, (piece + PIECE_ROW) & ADDRESSES, ORDER);
    sum2.intoMemorySegment(MEMORY, (piece + 2 * PIECE_ROW) & ADDRESSES, ORDER);
    sum3.intoMemorySegment(MEMORY, (piece + 3 * PIECE_ROW) & ADDRESSES, ORDER);
    sum4.intoMemorySegment(MEMORY, (piece + 4 * PIECE_ROW) & ADDRESSES, ORDER);
    sum5.intoMemorySegment(MEMORY, (piece + 5 * PIECE_ROW) & ADDRESSES, ORDER);
  }

  /** The same with inputs that are floats. */
  private void floats(long in, long inStep, int pixels, long weight, long piece) {
    for (int p = 0; p < pixels; p++) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          long at = in + p * inStep + ky * tapRow + kx * tapPixel;
          long w = weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW;
          sum =
              fromMemorySegment(SPECIES, MEMORY, at & ADDRESSES, ORDER)
                  .fma(
                      ByteVector.fromMemorySegment(BYTES, MEMORY, w & ADDRESSES, ORDER)
                          .convertShape(VectorOperators.B2F, SPECIES, 0),
                      sum);
        }
      }
      sum.intoMemorySegment(MEMORY, (piece + (long) p * PIECE_ROW) & ADDRESSES, ORDER);
    }
  }

  /** One channel of one pixel. */
  private float single(long in, long weight) {
    float sum = 0;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = in + ky * tapRow + kx * tapPixel;
        float x = integers ? getByte(at) - inZero : getFloat(at);
        sum += x * getByte(weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW);
      }
    }
    return sum;
  }
}
