package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.OFFSETS;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANE_NUMBERS;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Step.DepthwiseConv2d}: two vectors of channels of six pixels at a time, so that a tap's
 * weights are loaded once for six pixels. What is left goes a vector at a time, the last one under
 * a mask. These three are written out for {@link ConvLoops}' reason.
 */
final class DepthwiseConv2d extends SlidingKernel {
  private static final int TILE = 6;

  /** Pixels, at most, whose channels are all computed before they are activated. */
  private static final int BLOCK = 8 * TILE;

  private static final int ROW_BYTES = PackedWeights.PANEL * Float.BYTES;

  private final long weights;
  private final long panelBytes;
  private final Activation activation;
  private final boolean activates;

  // The line of pixels that is being computed, as SlidingKernel describes it.
  private long inStep;
  private long outStep;
  private int kyFrom;
  private int kyTo;
  private int kxFrom;
  private int kxTo;

  private DepthwiseConv2d(Step.DepthwiseConv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.weights = addresses.of(step.weights());
    this.panelBytes = (1L + taps()) * ROW_BYTES;
    this.activation = step.activation();
    this.activates = !activation.isNone();
  }

  static DepthwiseConv2d bind(Step.DepthwiseConv2d step, Addresses addresses) {
    return new DepthwiseConv2d(step, addresses);
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
    this.inStep = inStep;
    this.outStep = outStep;
    this.kyFrom = kyFrom;
    this.kyTo = kyTo;
    this.kxFrom = kxFrom;
    this.kxTo = kxTo;
    for (int first = 0; first < count; first += BLOCK) {
      block(in + first * inStep, out + first * outStep, Math.min(BLOCK, count - first));
    }
  }

  /** All channels of so many pixels. */
  private void block(long in, long out, int pixels) {
    for (int i = 0; i < pixels; i += TILE) {
      channels(in + i * inStep, out + i * outStep, Math.min(TILE, pixels - i));
    }
    if (activates) {
      ActivationLoops.rows(activation, out, outStep, pixels, channels);
    }
  }

  /** All channels of a tile's pixels, one after another, as they lie in memory. */
  private void channels(long in, long out, int pixels) {
    int channel = 0;
    for (; channel <= channels - 2 * WIDE_LANES; channel += 2 * WIDE_LANES) {
      long skip = (long) channel * Float.BYTES;
      tile(in + skip, out + skip, pixels, panel(channel), panel(channel + WIDE_LANES));
    }
    for (; channel < channels; channel += WIDE_LANES) {
      long skip = (long) channel * Float.BYTES;
      int lanes = channels - channel;
      if (lanes >= WIDE_LANES) {
        narrowTile(in + skip, out + skip, pixels, panel(channel));
      } else {
        maskedTile(in + skip, out + skip, pixels, panel(channel), lanes);
      }
    }
  }

  /** Where the weights of a vector of channels begin. */
  private long panel(int channel) {
    return weights
        + channel / PackedWeights.PANEL * panelBytes
        + (long) (channel % PackedWeights.PANEL) * Float.BYTES;
  }

  /** Up to six pixels by two vectors of channels; missing pixels repeat the last one. */
  private void tile(long in, long out, int pixels, long panel0, long panel1) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    FloatVector sum00 = FloatVector.zero(WIDE);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum01;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum01;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum01;
    FloatVector sum40 = sum00;
    FloatVector sum41 = sum01;
    FloatVector sum50 = sum00;
    FloatVector sum51 = sum01;
    int width = kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow + kxFrom * tapPixel;
      long skip = ROW_BYTES * (1L + (long) ky * kernelWidth + kxFrom);
      long w0 = (panel0 + skip) & ADDRESSES;
      long w1 = (panel1 + skip) & ADDRESSES;
      for (int i = 0; i < width; i++) {
        long at = (row + i * tapPixel) & OFFSETS;
        long w = (long) i * ROW_BYTES;
        FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
        FloatVector weight1 = fromMemorySegment(WIDE, MEMORY, w1 + w, ORDER);
        sum00 = fromMemorySegment(WIDE, MEMORY, x0 + at, ORDER).fma(weight0, sum00);
        sum01 = fromMemorySegment(WIDE, MEMORY, x0 + at + WIDE_BYTES, ORDER).fma(weight1, sum01);
        sum10 = fromMemorySegment(WIDE, MEMORY, x1 + at, ORDER).fma(weight0, sum10);
        sum11 = fromMemorySegment(WIDE, MEMORY, x1 + at + WIDE_BYTES, ORDER).fma(weight1, sum11);
        sum20 = fromMemorySegment(WIDE, MEMORY, x2 + at, ORDER).fma(weight0, sum20);
        sum21 = fromMemorySegment(WIDE, MEMORY, x2 + at + WIDE_BYTES, ORDER).fma(weight1, sum21);
        sum30 = fromMemorySegment(WIDE, MEMORY, x3 + at, ORDER).fma(weight0, sum30);
        sum31 = fromMemorySegment(WIDE, MEMORY, x3 + at + WIDE_BYTES, ORDER).fma(weight1, sum31);
        sum40 = fromMemorySegment(WIDE, MEMORY, x4 + at, ORDER).fma(weight0, sum40);
        sum41 = fromMemorySegment(WIDE, MEMORY, x4 + at + WIDE_BYTES, ORDER).fma(weight1, sum41);
        sum50 = fromMemorySegment(WIDE, MEMORY, x5 + at, ORDER).fma(weight0, sum50);
        sum51 = fromMemorySegment(WIDE, MEMORY, x5 + at + WIDE_BYTES, ORDER).fma(weight1, sum51);
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * outStep) & ADDRESSES;
    FloatVector bias0 = fromMemorySegment(WIDE, MEMORY, panel0 & ADDRESSES, ORDER);
    FloatVector bias1 = fromMemorySegment(WIDE, MEMORY, panel1 & ADDRESSES, ORDER);
    bias0.add(sum00).intoMemorySegment(MEMORY, out0, ORDER);
    bias1.add(sum01).intoMemorySegment(MEMORY, out0 + WIDE_BYTES, ORDER);
    bias0.add(sum10).intoMemorySegment(MEMORY, out1, ORDER);
    bias1.add(sum11).intoMemorySegment(MEMORY, out1 + WIDE_BYTES, ORDER);
    bias0.add(sum20).intoMemorySegment(MEMORY, out2, ORDER);
    bias1.add(sum21).intoMemorySegment(MEMORY, out2 + WIDE_BYTES, ORDER);
    bias0.add(sum30).intoMemorySegment(MEMORY, out3, ORDER);
    bias1.add(sum31).intoMemorySegment(MEMORY, out3 + WIDE_BYTES, ORDER);
    bias0.add(sum40).intoMemorySegment(MEMORY, out4, ORDER);
    bias1.add(sum41).intoMemorySegment(MEMORY, out4 + WIDE_BYTES, ORDER);
    bias0.add(sum50).intoMemorySegment(MEMORY, out5, ORDER);
    bias1.add(sum51).intoMemorySegment(MEMORY, out5 + WIDE_BYTES, ORDER);
  }

  /** {@link #tile} with one vector of channels. */
  private void narrowTile(long in, long out, int pixels, long panel) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    int width = kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow + kxFrom * tapPixel;
      long w = (panel + ROW_BYTES * (1L + (long) ky * kernelWidth + kxFrom)) & ADDRESSES;
      for (int i = 0; i < width; i++) {
        long at = (row + i * tapPixel) & OFFSETS;
        FloatVector weight = fromMemorySegment(WIDE, MEMORY, w + (long) i * ROW_BYTES, ORDER);
        sum0 = fromMemorySegment(WIDE, MEMORY, x0 + at, ORDER).fma(weight, sum0);
        sum1 = fromMemorySegment(WIDE, MEMORY, x1 + at, ORDER).fma(weight, sum1);
        sum2 = fromMemorySegment(WIDE, MEMORY, x2 + at, ORDER).fma(weight, sum2);
        sum3 = fromMemorySegment(WIDE, MEMORY, x3 + at, ORDER).fma(weight, sum3);
        sum4 = fromMemorySegment(WIDE, MEMORY, x4 + at, ORDER).fma(weight, sum4);
        sum5 = fromMemorySegment(WIDE, MEMORY, x5 + at, ORDER).fma(weight, sum5);
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * outStep) & ADDRESSES;
    FloatVector bias = fromMemorySegment(WIDE, MEMORY, panel & ADDRESSES, ORDER);
    bias.add(sum0).intoMemorySegment(MEMORY, out0, ORDER);
    bias.add(sum1).intoMemorySegment(MEMORY, out1, ORDER);
    bias.add(sum2).intoMemorySegment(MEMORY, out2, ORDER);
    bias.add(sum3).intoMemorySegment(MEMORY, out3, ORDER);
    bias.add(sum4).intoMemorySegment(MEMORY, out4, ORDER);
    bias.add(sum5).intoMemorySegment(MEMORY, out5, ORDER);
  }

  /** {@link #tile} with the first {@code lanes} of one vector of channels. */
  private void maskedTile(long in, long out, int pixels, long panel, int lanes) {
    VectorMask<Float> mask = WIDE_LANE_NUMBERS.lt((float) lanes);
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    int width = kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow + kxFrom * tapPixel;
      long w = (panel + ROW_BYTES * (1L + (long) ky * kernelWidth + kxFrom)) & ADDRESSES;
      for (int i = 0; i < width; i++) {
        long at = (row + i * tapPixel) & OFFSETS;
        FloatVector weight = fromMemorySegment(WIDE, MEMORY, w + (long) i * ROW_BYTES, ORDER);
        sum0 = fromMemorySegment(WIDE, MEMORY, x0 + at, ORDER, mask).fma(weight, sum0);
        sum1 = fromMemorySegment(WIDE, MEMORY, x1 + at, ORDER, mask).fma(weight, sum1);
        sum2 = fromMemorySegment(WIDE, MEMORY, x2 + at, ORDER, mask).fma(weight, sum2);
        sum3 = fromMemorySegment(WIDE, MEMORY, x3 + at, ORDER, mask).fma(weight, sum3);
        sum4 = fromMemorySegment(WIDE, MEMORY, x4 + at, ORDER, mask).fma(weight, sum4);
        sum5 = fromMemorySegment(WIDE, MEMORY, x5 + at, ORDER, mask).fma(weight, sum5);
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * outStep) & ADDRESSES;
    FloatVector bias = fromMemorySegment(WIDE, MEMORY, panel & ADDRESSES, ORDER);
    bias.add(sum0).intoMemorySegment(MEMORY, out0, ORDER, mask);
    bias.add(sum1).intoMemorySegment(MEMORY, out1, ORDER, mask);
    bias.add(sum2).intoMemorySegment(MEMORY, out2, ORDER, mask);
    bias.add(sum3).intoMemorySegment(MEMORY, out3, ORDER, mask);
    bias.add(sum4).intoMemorySegment(MEMORY, out4, ORDER, mask);
    bias.add(sum5).intoMemorySegment(MEMORY, out5, ORDER, mask);
  }
}
