package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANE_NUMBERS;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Step.DepthwiseConv2d}: sixteen channels of six pixels at a time, so that a tap's weights
 * are loaded once for six pixels. Channels of a last panel that is not full go eight at a time
 * under a mask.
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
    for (int first = 0; first < count; first += BLOCK) {
      int pixels = Math.min(BLOCK, count - first);
      long inBlock = in + first * inStep;
      long outBlock = out + first * outStep;
      block(inBlock, inStep, outBlock, outStep, pixels, kyFrom, kyTo, kxFrom, kxTo);
      if (activates) {
        ActivationLoops.rows(activation, outBlock, outStep, pixels, channels);
      }
    }
  }

  private void block(
      long in,
      long inStep,
      long out,
      long outStep,
      int pixels,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo) {
    long panel = weights;
    for (int channel = 0; channel < channels; channel += PackedWeights.PANEL) {
      long skip = (long) channel * Float.BYTES;
      int lanes = channels - channel;
      for (int i = 0; i < pixels; i += TILE) {
        int tile = Math.min(TILE, pixels - i);
        long from = in + i * inStep + skip;
        long to = out + i * outStep + skip;
        if (lanes >= PackedWeights.PANEL) {
          tile(from, inStep, to, outStep, tile, panel, kyFrom, kyTo, kxFrom, kxTo);
        } else {
          tail(from, inStep, to, outStep, tile, panel, lanes, kyFrom, kyTo, kxFrom, kxTo);
          if (lanes > LANES) {
            tail(
                from + VECTOR_BYTES,
                inStep,
                to + VECTOR_BYTES,
                outStep,
                tile,
                panel + VECTOR_BYTES,
                lanes - LANES,
                kyFrom,
                kyTo,
                kxFrom,
                kxTo);
          }
        }
      }
      panel += panelBytes;
    }
  }

  /** Up to six pixels by sixteen channels; missing pixels repeat the last one. */
  private void tile(
      long in,
      long inStep,
      long out,
      long outStep,
      int pixels,
      long panel,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo) {
    long in1 = in + Math.min(1, pixels - 1) * inStep;
    long in2 = in + Math.min(2, pixels - 1) * inStep;
    long in3 = in + Math.min(3, pixels - 1) * inStep;
    long in4 = in + Math.min(4, pixels - 1) * inStep;
    long in5 = in + Math.min(5, pixels - 1) * inStep;
    FloatVector sum00 = FloatVector.zero(SPECIES);
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
    for (int ky = kyFrom; ky < kyTo; ky++) {
      long row = ky * tapRow;
      long w = panel + ROW_BYTES * (1L + (long) ky * kernelWidth);
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = row + kx * tapPixel;
        FloatVector w0 = fromMemorySegment(SPECIES, MEMORY, w + (long) kx * ROW_BYTES, ORDER);
        FloatVector w1 =
            fromMemorySegment(SPECIES, MEMORY, w + (long) kx * ROW_BYTES + VECTOR_BYTES, ORDER);
        sum00 = fromMemorySegment(SPECIES, MEMORY, in + at, ORDER).fma(w0, sum00);
        sum01 = fromMemorySegment(SPECIES, MEMORY, in + at + VECTOR_BYTES, ORDER).fma(w1, sum01);
        sum10 = fromMemorySegment(SPECIES, MEMORY, in1 + at, ORDER).fma(w0, sum10);
        sum11 = fromMemorySegment(SPECIES, MEMORY, in1 + at + VECTOR_BYTES, ORDER).fma(w1, sum11);
        sum20 = fromMemorySegment(SPECIES, MEMORY, in2 + at, ORDER).fma(w0, sum20);
        sum21 = fromMemorySegment(SPECIES, MEMORY, in2 + at + VECTOR_BYTES, ORDER).fma(w1, sum21);
        sum30 = fromMemorySegment(SPECIES, MEMORY, in3 + at, ORDER).fma(w0, sum30);
        sum31 = fromMemorySegment(SPECIES, MEMORY, in3 + at + VECTOR_BYTES, ORDER).fma(w1, sum31);
        sum40 = fromMemorySegment(SPECIES, MEMORY, in4 + at, ORDER).fma(w0, sum40);
        sum41 = fromMemorySegment(SPECIES, MEMORY, in4 + at + VECTOR_BYTES, ORDER).fma(w1, sum41);
        sum50 = fromMemorySegment(SPECIES, MEMORY, in5 + at, ORDER).fma(w0, sum50);
        sum51 = fromMemorySegment(SPECIES, MEMORY, in5 + at + VECTOR_BYTES, ORDER).fma(w1, sum51);
      }
    }
    long out1 = out + Math.min(1, pixels - 1) * outStep;
    long out2 = out + Math.min(2, pixels - 1) * outStep;
    long out3 = out + Math.min(3, pixels - 1) * outStep;
    long out4 = out + Math.min(4, pixels - 1) * outStep;
    long out5 = out + Math.min(5, pixels - 1) * outStep;
    FloatVector bias0 = fromMemorySegment(SPECIES, MEMORY, panel, ORDER);
    FloatVector bias1 = fromMemorySegment(SPECIES, MEMORY, panel + VECTOR_BYTES, ORDER);
    sum00.add(bias0).intoMemorySegment(MEMORY, out, ORDER);
    sum01.add(bias1).intoMemorySegment(MEMORY, out + VECTOR_BYTES, ORDER);
    sum10.add(bias0).intoMemorySegment(MEMORY, out1, ORDER);
    sum11.add(bias1).intoMemorySegment(MEMORY, out1 + VECTOR_BYTES, ORDER);
    sum20.add(bias0).intoMemorySegment(MEMORY, out2, ORDER);
    sum21.add(bias1).intoMemorySegment(MEMORY, out2 + VECTOR_BYTES, ORDER);
    sum30.add(bias0).intoMemorySegment(MEMORY, out3, ORDER);
    sum31.add(bias1).intoMemorySegment(MEMORY, out3 + VECTOR_BYTES, ORDER);
    sum40.add(bias0).intoMemorySegment(MEMORY, out4, ORDER);
    sum41.add(bias1).intoMemorySegment(MEMORY, out4 + VECTOR_BYTES, ORDER);
    sum50.add(bias0).intoMemorySegment(MEMORY, out5, ORDER);
    sum51.add(bias1).intoMemorySegment(MEMORY, out5 + VECTOR_BYTES, ORDER);
  }

  /** Up to six pixels by the first {@code lanes} of eight channels. */
  private void tail(
      long in,
      long inStep,
      long out,
      long outStep,
      int pixels,
      long panel,
      int lanes,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo) {
    VectorMask<Float> mask = LANE_NUMBERS.lt((float) (lanes));
    for (int i = 0; i < pixels; i++) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        long row = in + i * inStep + ky * tapRow;
        long w = panel + ROW_BYTES * (1L + (long) ky * kernelWidth);
        for (int kx = kxFrom; kx < kxTo; kx++) {
          sum =
              fromMemorySegment(SPECIES, MEMORY, row + kx * tapPixel, ORDER, mask)
                  .fma(fromMemorySegment(SPECIES, MEMORY, w + (long) kx * ROW_BYTES, ORDER), sum);
        }
      }
      sum.add(fromMemorySegment(SPECIES, MEMORY, panel, ORDER))
          .intoMemorySegment(MEMORY, out + i * outStep, ORDER, mask);
    }
  }
}
