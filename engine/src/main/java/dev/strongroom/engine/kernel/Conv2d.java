package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.broadcast;
import static dev.strongroom.engine.kernel.UncheckedMemory.firstLanes;
import static dev.strongroom.engine.kernel.UncheckedMemory.load;
import static dev.strongroom.engine.kernel.UncheckedMemory.store;

import dev.strongroom.program.Activation;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link Step.Conv2d} as an implicit matrix product: six pixels by sixteen output channels at a
 * time, twelve vectors of sums that stay in registers while all taps and input channels pass. The
 * sums start as the bias. A panel of weights is read once for six pixels.
 */
final class Conv2d extends SlidingKernel {
  /** Pixels in a tile: with two vectors each, 12 of the 16 registers of AVX2. */
  private static final int TILE = 6;

  /** Pixels, at most, for which all panels are computed before the next ones are looked at. */
  private static final int BLOCK = 8 * TILE;

  /** Up to so many pixels are cheaper one by one, four panels at a time, than in a tile. */
  private static final int FEW = 3;

  private static final int ROW_BYTES = PackedWeights.PANEL * Float.BYTES;

  private final long weights;
  private final long panelBytes;
  private final int outChannels;
  private final Activation activation;
  private final boolean activates;
  private final boolean runsOverTaps;

  private Conv2d(Step.Conv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.weights = addresses.of(step.weights());
    this.panelBytes = (1L + (long) taps() * channels) * ROW_BYTES;
    this.outChannels = step.out().dim(3);
    this.activation = step.activation();
    this.activates = !activation.isNone();
    this.runsOverTaps = tapPixel == (long) channels * Float.BYTES;
  }

  static Conv2d bind(Step.Conv2d step, Addresses addresses) {
    return new Conv2d(step, addresses);
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
    int blocks = Math.ceilDiv(count, BLOCK);
    int size = Math.ceilDiv(Math.ceilDiv(count, blocks), TILE) * TILE;
    for (int first = 0; first < count; first += size) {
      int pixels = Math.min(size, count - first);
      long inBlock = in + first * inStep;
      long outBlock = out + first * outStep;
      if (pixels <= FEW) {
        for (int i = 0; i < pixels; i++) {
          pixel(inBlock + i * inStep, outBlock + i * outStep, kyFrom, kyTo, kxFrom, kxTo);
        }
      } else {
        block(inBlock, inStep, outBlock, outStep, pixels, kyFrom, kyTo, kxFrom, kxTo);
      }
      if (activates) {
        ActivationLoops.rows(activation, outBlock, outStep, pixels, outChannels);
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
    for (int channel = 0; channel < outChannels; channel += PackedWeights.PANEL) {
      for (int i = 0; i < pixels; i += TILE) {
        tile(
            in + i * inStep,
            inStep,
            out + i * outStep + (long) channel * Float.BYTES,
            outStep,
            Math.min(TILE, pixels - i),
            panel,
            Math.min(PackedWeights.PANEL, outChannels - channel),
            kyFrom,
            kyTo,
            kxFrom,
            kxTo);
      }
      panel += panelBytes;
    }
  }

  /**
   * Up to six pixels by up to sixteen channels. Where there are fewer pixels the last one is
   * computed again, to the same place.
   */
  private void tile(
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
    int run = runsOverTaps ? (kxTo - kxFrom) * channels : channels;
    int runs = runsOverTaps ? 1 : kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int r = 0; r < runs; r++) {
        int kx = kxFrom + r;
        long offset = ky * tapRow + kx * tapPixel;
        long w = panel + ROW_BYTES * (1L + (long) (ky * kernelWidth() + kx) * channels);
        for (int i = 0; i < run; i++) {
          long at = offset + (long) i * Float.BYTES;
          FloatVector w0 = load(w + (long) i * ROW_BYTES);
          FloatVector w1 = load(w + (long) i * ROW_BYTES + VECTOR_BYTES);
          FloatVector x = broadcast(in + at);
          sum00 = x.fma(w0, sum00);
          sum01 = x.fma(w1, sum01);
          x = broadcast(in1 + at);
          sum10 = x.fma(w0, sum10);
          sum11 = x.fma(w1, sum11);
          x = broadcast(in2 + at);
          sum20 = x.fma(w0, sum20);
          sum21 = x.fma(w1, sum21);
          x = broadcast(in3 + at);
          sum30 = x.fma(w0, sum30);
          sum31 = x.fma(w1, sum31);
          x = broadcast(in4 + at);
          sum40 = x.fma(w0, sum40);
          sum41 = x.fma(w1, sum41);
          x = broadcast(in5 + at);
          sum50 = x.fma(w0, sum50);
          sum51 = x.fma(w1, sum51);
        }
      }
    }
    long out1 = out + Math.min(1, pixels - 1) * outStep;
    long out2 = out + Math.min(2, pixels - 1) * outStep;
    long out3 = out + Math.min(3, pixels - 1) * outStep;
    long out4 = out + Math.min(4, pixels - 1) * outStep;
    long out5 = out + Math.min(5, pixels - 1) * outStep;
    if (lanes == PackedWeights.PANEL) {
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
      return;
    }
    VectorMask<Float> low = firstLanes(lanes);
    store(out, sum00, low);
    store(out1, sum10, low);
    store(out2, sum20, low);
    store(out3, sum30, low);
    store(out4, sum40, low);
    store(out5, sum50, low);
    if (lanes > UncheckedMemory.LANES) {
      VectorMask<Float> high = firstLanes(lanes - UncheckedMemory.LANES);
      store(out + VECTOR_BYTES, sum01, high);
      store(out1 + VECTOR_BYTES, sum11, high);
      store(out2 + VECTOR_BYTES, sum21, high);
      store(out3 + VECTOR_BYTES, sum31, high);
      store(out4 + VECTOR_BYTES, sum41, high);
      store(out5 + VECTOR_BYTES, sum51, high);
    }
  }

  /** One pixel: four full panels at a time, what is left as tiles of one. */
  private void pixel(long in, long out, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    int channel = 0;
    long panel = weights;
    for (; channel <= outChannels - 4 * PackedWeights.PANEL; channel += 4 * PackedWeights.PANEL) {
      fourPanels(in, out + (long) channel * Float.BYTES, panel, kyFrom, kyTo, kxFrom, kxTo);
      panel += 4 * panelBytes;
    }
    for (; channel < outChannels; channel += PackedWeights.PANEL) {
      int lanes = Math.min(PackedWeights.PANEL, outChannels - channel);
      long to = out + (long) channel * Float.BYTES;
      tile(in, 0, to, 0, 1, panel, lanes, kyFrom, kyTo, kxFrom, kxTo);
      panel += panelBytes;
    }
  }

  private void fourPanels(
      long in, long out, long panel, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    long panel1 = panel + panelBytes;
    long panel2 = panel1 + panelBytes;
    long panel3 = panel2 + panelBytes;
    FloatVector sum00 = load(panel);
    FloatVector sum01 = load(panel + VECTOR_BYTES);
    FloatVector sum10 = load(panel1);
    FloatVector sum11 = load(panel1 + VECTOR_BYTES);
    FloatVector sum20 = load(panel2);
    FloatVector sum21 = load(panel2 + VECTOR_BYTES);
    FloatVector sum30 = load(panel3);
    FloatVector sum31 = load(panel3 + VECTOR_BYTES);
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long from = in + ky * tapRow + kx * tapPixel;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth() + kx) * channels);
        for (int i = 0; i < channels; i++) {
          long at = row + (long) i * ROW_BYTES;
          FloatVector x = broadcast(from + (long) i * Float.BYTES);
          sum00 = x.fma(load(panel + at), sum00);
          sum01 = x.fma(load(panel + at + VECTOR_BYTES), sum01);
          sum10 = x.fma(load(panel1 + at), sum10);
          sum11 = x.fma(load(panel1 + at + VECTOR_BYTES), sum11);
          sum20 = x.fma(load(panel2 + at), sum20);
          sum21 = x.fma(load(panel2 + at + VECTOR_BYTES), sum21);
          sum30 = x.fma(load(panel3 + at), sum30);
          sum31 = x.fma(load(panel3 + at + VECTOR_BYTES), sum31);
        }
      }
    }
    store(out, sum00);
    store(out + VECTOR_BYTES, sum01);
    store(out + 2 * VECTOR_BYTES, sum10);
    store(out + 3 * VECTOR_BYTES, sum11);
    store(out + 4 * VECTOR_BYTES, sum20);
    store(out + 5 * VECTOR_BYTES, sum21);
    store(out + 6 * VECTOR_BYTES, sum30);
    store(out + 7 * VECTOR_BYTES, sum31);
  }
}
