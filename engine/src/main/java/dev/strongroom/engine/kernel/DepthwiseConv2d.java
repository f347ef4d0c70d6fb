package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.firstLanes;
import static dev.strongroom.engine.kernel.UncheckedMemory.load;
import static dev.strongroom.engine.kernel.UncheckedMemory.store;

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
    FloatVector sum00 = load(panel);
    FloatVector sum01 = load(panel + VECTOR_BYTES);
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
      long w = panel + ROW_BYTES * (1L + ky * kernelWidth());
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long at = row + kx * tapPixel;
        FloatVector w0 = load(w + (long) kx * ROW_BYTES);
        FloatVector w1 = load(w + (long) kx * ROW_BYTES + VECTOR_BYTES);
        sum00 = load(in + at).fma(w0, sum00);
        sum01 = load(in + at + VECTOR_BYTES).fma(w1, sum01);
        sum10 = load(in1 + at).fma(w0, sum10);
        sum11 = load(in1 + at + VECTOR_BYTES).fma(w1, sum11);
        sum20 = load(in2 + at).fma(w0, sum20);
        sum21 = load(in2 + at + VECTOR_BYTES).fma(w1, sum21);
        sum30 = load(in3 + at).fma(w0, sum30);
        sum31 = load(in3 + at + VECTOR_BYTES).fma(w1, sum31);
        sum40 = load(in4 + at).fma(w0, sum40);
        sum41 = load(in4 + at + VECTOR_BYTES).fma(w1, sum41);
        sum50 = load(in5 + at).fma(w0, sum50);
        sum51 = load(in5 + at + VECTOR_BYTES).fma(w1, sum51);
      }
    }
    long out1 = out + Math.min(1, pixels - 1) * outStep;
    long out2 = out + Math.min(2, pixels - 1) * outStep;
    long out3 = out + Math.min(3, pixels - 1) * outStep;
    long out4 = out + Math.min(4, pixels - 1) * outStep;
    long out5 = out + Math.min(5, pixels - 1) * outStep;
    store(out, sum00);
    store(out + VECTOR_BYTES, sum01);
    store(out1, sum10);
    store(out1 + VECTOR_BYTES, sum11);
    store(out2, sum20);
    store(out2 + VECTOR_BYTES, sum21);
    store(out3, sum30);
    store(out3 + VECTOR_BYTES, sum31);
    store(out4, sum40);
    store(out4 + VECTOR_BYTES, sum41);
    store(out5, sum50);
    store(out5 + VECTOR_BYTES, sum51);
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
    VectorMask<Float> mask = firstLanes(lanes);
    for (int i = 0; i < pixels; i++) {
      FloatVector sum = load(panel);
      for (int ky = kyFrom; ky < kyTo; ky++) {
        long row = in + i * inStep + ky * tapRow;
        long w = panel + ROW_BYTES * (1L + ky * kernelWidth());
        for (int kx = kxFrom; kx < kxTo; kx++) {
          sum = load(row + kx * tapPixel, mask).fma(load(w + (long) kx * ROW_BYTES), sum);
        }
      }
      store(out + i * outStep, sum, mask);
    }
  }
}
