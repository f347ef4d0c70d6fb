package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
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
 * {@link Step.Conv2d} as an implicit matrix product: six pixels by sixteen output channels at a
 * time, twelve vectors of sums that stay in registers while all taps and input channels pass. The
 * bias joins after the first piece of a sum: partial sums stay small, and so do their rounding
 * errors. A panel of weights is read once for six pixels.
 */
final class Conv2d extends SlidingKernel {
  /** Pixels in a tile: with two vectors each, 12 of the 16 registers of AVX2. */
  private static final int TILE = 6;

  /** Pixels, at most, for which all panels are computed before the next ones are looked at. */
  private static final int BLOCK = 8 * TILE;

  /** Up to so many pixels are cheaper one by one, four panels at a time, than in a tile. */
  private static final int FEW = 3;

  /**
   * Products, at most, that are added one after another. Longer sums are made of pieces: rounding
   * errors grow with the length of a chain, and a layer's go through all layers after it (Higham,
   * Accuracy and Stability of Numerical Algorithms, section 4.2).
   */
  private static final int CHAIN = 64;

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
        part(
            in + i * inStep,
            inStep,
            out + i * outStep + (long) channel * Float.BYTES,
            outStep,
            Math.min(TILE, pixels - i),
            panel,
            outChannels - channel,
            kyFrom,
            kyTo,
            kxFrom,
            kxTo);
      }
      panel += panelBytes;
    }
  }

  /** Up to six pixels by one panel, of which there may be fewer than sixteen channels. */
  private void part(
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
    if (lanes < PackedWeights.PANEL) {
      for (int from = 0; from < lanes; from += UncheckedMemory.LANES) {
        long skip = (long) from * Float.BYTES;
        narrowTile(
            in,
            inStep,
            out + skip,
            outStep,
            pixels,
            panel + skip,
            lanes - from,
            kyFrom,
            kyTo,
            kxFrom,
            kxTo);
      }
      return;
    }
    int run = runsOverTaps ? (kxTo - kxFrom) * channels : channels;
    int runs = runsOverTaps ? 1 : kxTo - kxFrom;
    if ((kyTo - kyFrom) * runs * run <= CHAIN) {
      tile(in, inStep, out, outStep, pixels, panel, kyFrom, kyTo, kxFrom, runs, 0, run, true);
      return;
    }
    int size = Math.ceilDiv(run, Math.ceilDiv(run, CHAIN));
    boolean first = true;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxFrom + runs; kx++) {
        for (int from = 0; from < run; from += size) {
          int to = Math.min(run, from + size);
          tile(in, inStep, out, outStep, pixels, panel, ky, ky + 1, kx, 1, from, to, first);
          first = false;
        }
      }
    }
  }

  /**
   * Up to six pixels by sixteen channels, rows [rowFrom, rowTo) of each of {@code runs} runs, by
   * vertical taps [kyFrom, kyTo): written together with the bias if they are the first piece, else
   * added to what is there. Where there are fewer pixels the last one is computed again, to the
   * same place.
   */
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
      int runs,
      int rowFrom,
      int rowTo,
      boolean first) {
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
      for (int r = 0; r < runs; r++) {
        int kx = kxFrom + r;
        long offset = ky * tapRow + kx * tapPixel;
        long w = panel + ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels);
        for (int i = rowFrom; i < rowTo; i++) {
          long at = offset + (long) i * Float.BYTES;
          FloatVector w0 = fromMemorySegment(SPECIES, MEMORY, w + (long) i * ROW_BYTES, ORDER);
          FloatVector w1 =
              fromMemorySegment(SPECIES, MEMORY, w + (long) i * ROW_BYTES + VECTOR_BYTES, ORDER);
          FloatVector x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in + at));
          sum00 = x.fma(w0, sum00);
          sum01 = x.fma(w1, sum01);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in1 + at));
          sum10 = x.fma(w0, sum10);
          sum11 = x.fma(w1, sum11);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in2 + at));
          sum20 = x.fma(w0, sum20);
          sum21 = x.fma(w1, sum21);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in3 + at));
          sum30 = x.fma(w0, sum30);
          sum31 = x.fma(w1, sum31);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in4 + at));
          sum40 = x.fma(w0, sum40);
          sum41 = x.fma(w1, sum41);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in5 + at));
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
    // All sums before all stores: pixels computed twice must not be added twice.
    // To the first piece the bias is added, to the others what is there already.
    long base0 = first ? panel : out;
    long base1 = first ? panel : out1;
    long base2 = first ? panel : out2;
    long base3 = first ? panel : out3;
    long base4 = first ? panel : out4;
    long base5 = first ? panel : out5;
    sum00 = fromMemorySegment(SPECIES, MEMORY, base0, ORDER).add(sum00);
    sum01 = fromMemorySegment(SPECIES, MEMORY, base0 + VECTOR_BYTES, ORDER).add(sum01);
    sum10 = fromMemorySegment(SPECIES, MEMORY, base1, ORDER).add(sum10);
    sum11 = fromMemorySegment(SPECIES, MEMORY, base1 + VECTOR_BYTES, ORDER).add(sum11);
    sum20 = fromMemorySegment(SPECIES, MEMORY, base2, ORDER).add(sum20);
    sum21 = fromMemorySegment(SPECIES, MEMORY, base2 + VECTOR_BYTES, ORDER).add(sum21);
    sum30 = fromMemorySegment(SPECIES, MEMORY, base3, ORDER).add(sum30);
    sum31 = fromMemorySegment(SPECIES, MEMORY, base3 + VECTOR_BYTES, ORDER).add(sum31);
    sum40 = fromMemorySegment(SPECIES, MEMORY, base4, ORDER).add(sum40);
    sum41 = fromMemorySegment(SPECIES, MEMORY, base4 + VECTOR_BYTES, ORDER).add(sum41);
    sum50 = fromMemorySegment(SPECIES, MEMORY, base5, ORDER).add(sum50);
    sum51 = fromMemorySegment(SPECIES, MEMORY, base5 + VECTOR_BYTES, ORDER).add(sum51);
    sum00.intoMemorySegment(MEMORY, out, ORDER);
    sum01.intoMemorySegment(MEMORY, out + VECTOR_BYTES, ORDER);
    sum10.intoMemorySegment(MEMORY, out1, ORDER);
    sum11.intoMemorySegment(MEMORY, out1 + VECTOR_BYTES, ORDER);
    sum20.intoMemorySegment(MEMORY, out2, ORDER);
    sum21.intoMemorySegment(MEMORY, out2 + VECTOR_BYTES, ORDER);
    sum30.intoMemorySegment(MEMORY, out3, ORDER);
    sum31.intoMemorySegment(MEMORY, out3 + VECTOR_BYTES, ORDER);
    sum40.intoMemorySegment(MEMORY, out4, ORDER);
    sum41.intoMemorySegment(MEMORY, out4 + VECTOR_BYTES, ORDER);
    sum50.intoMemorySegment(MEMORY, out5, ORDER);
    sum51.intoMemorySegment(MEMORY, out5 + VECTOR_BYTES, ORDER);
  }

  /**
   * Up to six pixels by the first {@code lanes} of eight channels, in one piece: a masked load,
   * which adding to what is there would take, makes C2 allocate the vectors.
   */
  private void narrowTile(
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
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    int run = runsOverTaps ? (kxTo - kxFrom) * channels : channels;
    int runs = runsOverTaps ? 1 : kxTo - kxFrom;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int r = 0; r < runs; r++) {
        int kx = kxFrom + r;
        long offset = ky * tapRow + kx * tapPixel;
        long w = panel + ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels);
        for (int i = 0; i < run; i++) {
          long at = offset + (long) i * Float.BYTES;
          FloatVector w0 = fromMemorySegment(SPECIES, MEMORY, w + (long) i * ROW_BYTES, ORDER);
          FloatVector x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in + at));
          sum0 = x.fma(w0, sum0);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in1 + at));
          sum1 = x.fma(w0, sum1);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in2 + at));
          sum2 = x.fma(w0, sum2);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in3 + at));
          sum3 = x.fma(w0, sum3);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in4 + at));
          sum4 = x.fma(w0, sum4);
          x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, in5 + at));
          sum5 = x.fma(w0, sum5);
        }
      }
    }
    long out1 = out + Math.min(1, pixels - 1) * outStep;
    long out2 = out + Math.min(2, pixels - 1) * outStep;
    long out3 = out + Math.min(3, pixels - 1) * outStep;
    long out4 = out + Math.min(4, pixels - 1) * outStep;
    long out5 = out + Math.min(5, pixels - 1) * outStep;
    VectorMask<Float> mask = LANE_NUMBERS.lt((float) lanes);
    FloatVector bias = fromMemorySegment(SPECIES, MEMORY, panel, ORDER);
    sum0.add(bias).intoMemorySegment(MEMORY, out, ORDER, mask);
    sum1.add(bias).intoMemorySegment(MEMORY, out1, ORDER, mask);
    sum2.add(bias).intoMemorySegment(MEMORY, out2, ORDER, mask);
    sum3.add(bias).intoMemorySegment(MEMORY, out3, ORDER, mask);
    sum4.add(bias).intoMemorySegment(MEMORY, out4, ORDER, mask);
    sum5.add(bias).intoMemorySegment(MEMORY, out5, ORDER, mask);
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
      long to = out + (long) channel * Float.BYTES;
      part(in, 0, to, 0, 1, panel, outChannels - channel, kyFrom, kyTo, kxFrom, kxTo);
      panel += panelBytes;
    }
  }

  private void fourPanels(
      long in, long out, long panel, int kyFrom, int kyTo, int kxFrom, int kxTo) {
    if ((kyTo - kyFrom) * (kxTo - kxFrom) * channels <= CHAIN) {
      fourPanels(in, out, panel, kyFrom, kyTo, kxFrom, kxTo, 0, channels, true);
      return;
    }
    int size = Math.ceilDiv(channels, Math.ceilDiv(channels, CHAIN));
    boolean first = true;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        for (int from = 0; from < channels; from += size) {
          int to = Math.min(channels, from + size);
          fourPanels(in, out, panel, ky, ky + 1, kx, kx + 1, from, to, first);
          first = false;
        }
      }
    }
  }

  private void fourPanels(
      long in,
      long out,
      long panel,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo,
      int rowFrom,
      int rowTo,
      boolean first) {
    long panel1 = panel + panelBytes;
    long panel2 = panel1 + panelBytes;
    long panel3 = panel2 + panelBytes;
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = FloatVector.zero(SPECIES);
    FloatVector sum10 = FloatVector.zero(SPECIES);
    FloatVector sum11 = FloatVector.zero(SPECIES);
    FloatVector sum20 = FloatVector.zero(SPECIES);
    FloatVector sum21 = FloatVector.zero(SPECIES);
    FloatVector sum30 = FloatVector.zero(SPECIES);
    FloatVector sum31 = FloatVector.zero(SPECIES);
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxTo; kx++) {
        long from = in + ky * tapRow + kx * tapPixel;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels);
        for (int i = rowFrom; i < rowTo; i++) {
          long at = row + (long) i * ROW_BYTES;
          FloatVector x =
              FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, from + (long) i * Float.BYTES));
          sum00 = x.fma(fromMemorySegment(SPECIES, MEMORY, panel + at, ORDER), sum00);
          sum01 =
              x.fma(fromMemorySegment(SPECIES, MEMORY, panel + at + VECTOR_BYTES, ORDER), sum01);
          sum10 = x.fma(fromMemorySegment(SPECIES, MEMORY, panel1 + at, ORDER), sum10);
          sum11 =
              x.fma(fromMemorySegment(SPECIES, MEMORY, panel1 + at + VECTOR_BYTES, ORDER), sum11);
          sum20 = x.fma(fromMemorySegment(SPECIES, MEMORY, panel2 + at, ORDER), sum20);
          sum21 =
              x.fma(fromMemorySegment(SPECIES, MEMORY, panel2 + at + VECTOR_BYTES, ORDER), sum21);
          sum30 = x.fma(fromMemorySegment(SPECIES, MEMORY, panel3 + at, ORDER), sum30);
          sum31 =
              x.fma(fromMemorySegment(SPECIES, MEMORY, panel3 + at + VECTOR_BYTES, ORDER), sum31);
        }
      }
    }
    // To the first piece the bias is added, to the others what is there already.
    long base0 = first ? panel : out;
    long base1 = first ? panel1 : out + 2 * VECTOR_BYTES;
    long base2 = first ? panel2 : out + 4 * VECTOR_BYTES;
    long base3 = first ? panel3 : out + 6 * VECTOR_BYTES;
    sum00 = fromMemorySegment(SPECIES, MEMORY, base0, ORDER).add(sum00);
    sum01 = fromMemorySegment(SPECIES, MEMORY, base0 + VECTOR_BYTES, ORDER).add(sum01);
    sum10 = fromMemorySegment(SPECIES, MEMORY, base1, ORDER).add(sum10);
    sum11 = fromMemorySegment(SPECIES, MEMORY, base1 + VECTOR_BYTES, ORDER).add(sum11);
    sum20 = fromMemorySegment(SPECIES, MEMORY, base2, ORDER).add(sum20);
    sum21 = fromMemorySegment(SPECIES, MEMORY, base2 + VECTOR_BYTES, ORDER).add(sum21);
    sum30 = fromMemorySegment(SPECIES, MEMORY, base3, ORDER).add(sum30);
    sum31 = fromMemorySegment(SPECIES, MEMORY, base3 + VECTOR_BYTES, ORDER).add(sum31);
    sum00.intoMemorySegment(MEMORY, out, ORDER);
    sum01.intoMemorySegment(MEMORY, out + VECTOR_BYTES, ORDER);
    sum10.intoMemorySegment(MEMORY, out + 2 * VECTOR_BYTES, ORDER);
    sum11.intoMemorySegment(MEMORY, out + 3 * VECTOR_BYTES, ORDER);
    sum20.intoMemorySegment(MEMORY, out + 4 * VECTOR_BYTES, ORDER);
    sum21.intoMemorySegment(MEMORY, out + 5 * VECTOR_BYTES, ORDER);
    sum30.intoMemorySegment(MEMORY, out + 6 * VECTOR_BYTES, ORDER);
    sum31.intoMemorySegment(MEMORY, out + 7 * VECTOR_BYTES, ORDER);
  }
}
