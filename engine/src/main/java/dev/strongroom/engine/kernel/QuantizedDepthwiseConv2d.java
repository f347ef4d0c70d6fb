package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.OFFSETS;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_OF_BYTES;
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
 * {@link Step.QuantizedDepthwiseConv2d}: two vectors of channels (one where there are 16 registers)
 * of six pixels at a time, in floats, which hold sums of so few products of integers exactly. The
 * zero point is multiplied with the weights once for all pixels, and subtracted last. Channels that
 * do not fill a vector are computed eight at a time, the last ones one by one.
 */
final class QuantizedDepthwiseConv2d extends SlidingKernel {
  private static final int TILE = 6;
  private static final int WEIGHT_ROW = PackedWeights.PANEL;
  private static final int HEADER = PackedWeights.QUANTIZED_HEADER_ROWS * WEIGHT_ROW;

  /** Floats of workspace that the sums of a tile take, of one vector of channels. */
  static final int LEAST_WORKSPACE = TILE * WIDE_LANES;

  /** The same of the widest tile. */
  static final int WORKSPACE = (QuantizedTiles.HAS_MANY_REGISTERS ? 2 : 1) * LEAST_WORKSPACE;

  private final boolean integers;
  private final float inZero;
  private final int inBytes;
  private final PartialSums sums;
  private final long piece;
  private final boolean byTwo;
  private final long[] outs = new long[TILE];

  /** The part of the window that lies inside the input, for the pixels at work. */
  private int kyFrom;

  private int kyTo;
  private int kxFrom;
  private int kxTo;

  private QuantizedDepthwiseConv2d(Step.QuantizedDepthwiseConv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.integers = step.in().type() == ElementType.I8;
    this.inZero = step.inZero();
    this.inBytes = step.in().type().bytes();
    this.piece = addresses.of(step.workspace());
    this.byTwo =
        integers && QuantizedTiles.HAS_MANY_REGISTERS && step.workspace().dim(0) >= WORKSPACE;
    this.sums =
        new PartialSums(
            addresses.of(step.weights()),
            HEADER + (long) taps() * WEIGHT_ROW,
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
      int pixels = Math.min(TILE, count - i);
      for (int p = 0; p < pixels; p++) {
        outs[p] = out + (i + p) * outStep;
      }
      block(in + i * inStep, inStep, pixels);
    }
  }

  /** Up to six pixels, all channels. */
  private void block(long in, long inStep, int pixels) {
    int channel = 0;
    if (byTwo) {
      for (; channel <= channels - 2 * WIDE_LANES; channel += 2 * WIDE_LANES) {
        long w0 = sums.panel(channel) + HEADER;
        long w1 = sums.panel(channel + WIDE_LANES) + HEADER;
        two(in + channel, inStep, pixels, w0, w1);
        sums.finish(piece, 2 * WIDE_BYTES, pixels, channel, 2 * WIDE_LANES, outs);
      }
    }
    for (; channel < channels; channel += WIDE_LANES) {
      int lanes = Math.min(WIDE_LANES, channels - channel);
      long from = in + (long) channel * inBytes;
      long w = sums.panel(channel) + HEADER;
      if (lanes < WIDE_LANES) {
        rest(from, inStep, pixels, w, lanes);
      } else if (integers) {
        bytes(from, inStep, pixels, w);
      } else {
        floats(from, inStep, pixels, w);
      }
      sums.finish(piece, WIDE_BYTES, pixels, channel, lanes, outs);
    }
  }

  /** Up to six pixels by two vectors of channels, where there are 32 registers. */
  private void two(long in, long inStep, int pixels, long weight0, long weight1) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    FloatVector zero = FloatVector.broadcast(WIDE, inZero);
    FloatVector zeros0 = FloatVector.zero(WIDE);
    FloatVector zeros1 = zeros0;
    FloatVector sum00 = zeros0;
    FloatVector sum01 = zeros0;
    FloatVector sum10 = zeros0;
    FloatVector sum11 = zeros0;
    FloatVector sum20 = zeros0;
    FloatVector sum21 = zeros0;
    FloatVector sum30 = zeros0;
    FloatVector sum31 = zeros0;
    FloatVector sum40 = zeros0;
    FloatVector sum41 = zeros0;
    FloatVector sum50 = zeros0;
    FloatVector sum51 = zeros0;
    int width = kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow + kxFrom * tapPixel;
      long skip = ((long) ky * kernelWidth + kxFrom) * WEIGHT_ROW;
      long w0 = (weight0 + skip) & ADDRESSES;
      long w1 = (weight1 + skip) & ADDRESSES;
      for (int i = 0; i < width; i++) {
        long at = (row + i * tapPixel) & OFFSETS;
        long w = (long) i * WEIGHT_ROW;
        FloatVector factor0 =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w0 + w, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        zeros0 = factor0.fma(zero, zeros0);
        FloatVector factor1 =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w1 + w, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        zeros1 = factor1.fma(zero, zeros1);
        FloatVector x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x0 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum00 = x.fma(factor0, sum00);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x0 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum01 = x.fma(factor1, sum01);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x1 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum10 = x.fma(factor0, sum10);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x1 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum11 = x.fma(factor1, sum11);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x2 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum20 = x.fma(factor0, sum20);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x2 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum21 = x.fma(factor1, sum21);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x3 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum30 = x.fma(factor0, sum30);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x3 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum31 = x.fma(factor1, sum31);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x4 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum40 = x.fma(factor0, sum40);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x4 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum41 = x.fma(factor1, sum41);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x5 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum50 = x.fma(factor0, sum50);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x5 + at + WIDE_LANES, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum51 = x.fma(factor1, sum51);
      }
    }
    long to = piece & ADDRESSES;
    sum00.sub(zeros0).intoMemorySegment(MEMORY, to, ORDER);
    sum01.sub(zeros1).intoMemorySegment(MEMORY, to + WIDE_BYTES, ORDER);
    sum10.sub(zeros0).intoMemorySegment(MEMORY, to + 2 * WIDE_BYTES, ORDER);
    sum11.sub(zeros1).intoMemorySegment(MEMORY, to + 3 * WIDE_BYTES, ORDER);
    sum20.sub(zeros0).intoMemorySegment(MEMORY, to + 4 * WIDE_BYTES, ORDER);
    sum21.sub(zeros1).intoMemorySegment(MEMORY, to + 5 * WIDE_BYTES, ORDER);
    sum30.sub(zeros0).intoMemorySegment(MEMORY, to + 6 * WIDE_BYTES, ORDER);
    sum31.sub(zeros1).intoMemorySegment(MEMORY, to + 7 * WIDE_BYTES, ORDER);
    sum40.sub(zeros0).intoMemorySegment(MEMORY, to + 8 * WIDE_BYTES, ORDER);
    sum41.sub(zeros1).intoMemorySegment(MEMORY, to + 9 * WIDE_BYTES, ORDER);
    sum50.sub(zeros0).intoMemorySegment(MEMORY, to + 10 * WIDE_BYTES, ORDER);
    sum51.sub(zeros1).intoMemorySegment(MEMORY, to + 11 * WIDE_BYTES, ORDER);
  }

  /** Up to six pixels by a vector of channels; missing pixels repeat the last one. */
  private void bytes(long in, long inStep, int pixels, long weight) {
    FloatVector zero = FloatVector.broadcast(WIDE, inZero);
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    FloatVector zeros = FloatVector.zero(WIDE);
    FloatVector sum0 = zeros;
    FloatVector sum1 = zeros;
    FloatVector sum2 = zeros;
    FloatVector sum3 = zeros;
    FloatVector sum4 = zeros;
    FloatVector sum5 = zeros;
    int width = kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow + kxFrom * tapPixel;
      long w = (weight + ((long) ky * kernelWidth + kxFrom) * WEIGHT_ROW) & ADDRESSES;
      for (int i = 0; i < width; i++) {
        long at = (row + i * tapPixel) & OFFSETS;
        FloatVector factor =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        WIDE_OF_BYTES, MEMORY, w + (long) i * WEIGHT_ROW, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        zeros = factor.fma(zero, zeros);
        FloatVector x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x0 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum0 = x.fma(factor, sum0);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x1 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum1 = x.fma(factor, sum1);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x2 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum2 = x.fma(factor, sum2);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x3 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum3 = x.fma(factor, sum3);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x4 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum4 = x.fma(factor, sum4);
        x =
            (FloatVector)
                ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, x5 + at, ORDER)
                    .convertShape(VectorOperators.B2F, WIDE, 0);
        sum5 = x.fma(factor, sum5);
      }
    }
    sum0.sub(zeros).intoMemorySegment(MEMORY, piece & ADDRESSES, ORDER);
    sum1.sub(zeros).intoMemorySegment(MEMORY, (piece + WIDE_BYTES) & ADDRESSES, ORDER);
    sum2.sub(zeros).intoMemorySegment(MEMORY, (piece + 2 * WIDE_BYTES) & ADDRESSES, ORDER);
    sum3.sub(zeros).intoMemorySegment(MEMORY, (piece + 3 * WIDE_BYTES) & ADDRESSES, ORDER);
    sum4.sub(zeros).intoMemorySegment(MEMORY, (piece + 4 * WIDE_BYTES) & ADDRESSES, ORDER);
    sum5.sub(zeros).intoMemorySegment(MEMORY, (piece + 5 * WIDE_BYTES) & ADDRESSES, ORDER);
  }

  /** The same with inputs that are floats. */
  private void floats(long in, long inStep, int pixels, long weight) {
    for (int p = 0; p < pixels; p++) {
      FloatVector sum = FloatVector.zero(WIDE);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        for (int kx = kxFrom; kx < kxTo; kx++) {
          long at = in + p * inStep + ky * tapRow + kx * tapPixel;
          long w = weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW;
          sum =
              fromMemorySegment(WIDE, MEMORY, at & ADDRESSES, ORDER)
                  .fma(
                      ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w & ADDRESSES, ORDER)
                          .convertShape(VectorOperators.B2F, WIDE, 0),
                      sum);
        }
      }
      sum.intoMemorySegment(MEMORY, (piece + (long) p * WIDE_BYTES) & ADDRESSES, ORDER);
    }
  }

  /** Fewer channels than a wide vector has. */
  private void rest(long in, long inStep, int pixels, long weight, int lanes) {
    int whole = lanes & -LANES;
    for (int p = 0; p < pixels; p++) {
      long pixel = in + p * inStep;
      long row = piece + (long) p * WIDE_BYTES;
      for (int lane = 0; lane < whole; lane += LANES) {
        eight(pixel + (long) lane * inBytes, weight + lane, row + (long) lane * Float.BYTES);
      }
      for (int lane = whole; lane < lanes; lane++) {
        float sum = single(pixel + (long) lane * inBytes, weight + lane);
        putFloat(row + (long) lane * Float.BYTES, sum);
      }
    }
  }

  /** Eight channels of one pixel. */
  private void eight(long in, long weight, long out) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = in + ky * tapRow + kx * tapPixel;
        FloatVector w =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        BYTES,
                        MEMORY,
                        (weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW) & ADDRESSES,
                        ORDER)
                    .convertShape(VectorOperators.B2F, SPECIES, 0);
        if (integers) {
          FloatVector x =
              (FloatVector)
                  ByteVector.fromMemorySegment(BYTES, MEMORY, at & ADDRESSES, ORDER)
                      .convertShape(VectorOperators.B2F, SPECIES, 0);
          sum = x.sub(inZero).fma(w, sum);
        } else {
          sum = fromMemorySegment(SPECIES, MEMORY, at & ADDRESSES, ORDER).fma(w, sum);
        }
      }
    }
    sum.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
  }

  /** One channel of one pixel. */
  private float single(long in, long weight) {
    float sum = 0;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = in + ky * tapRow + kx * tapPixel;
        float x = integers ? getByte(at) - inZero : getFloat(at);
        sum = Math.fma(x, getByte(weight + ((long) ky * kernelWidth + kx) * WEIGHT_ROW), sum);
      }
    }
    return sum;
  }
}
