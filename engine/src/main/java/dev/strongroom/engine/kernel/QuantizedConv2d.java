package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Step.QuantizedConv2d} on the float units: a product of bytes is below 2^15, so that a
 * fused multiply-add of floats computes sums of up to 512 of them exactly. As in {@link Conv2d},
 * six pixels by sixteen output channels are computed at a time. What lies under the windows of the
 * six pixels is gathered in the workspace as floats, one row of products a pixel, whence the inner
 * loop broadcasts it; weights are converted where they are loaded, two vectors for twelve products.
 */
final class QuantizedConv2d extends SlidingKernel {
  private static final int TILE = PartialSums.ROWS;

  /** Up to so many pixels are cheaper one by one, four panels at a time, than in a tile. */
  private static final int FEW = 3;

  private static final int FOUR = 4;

  /** Products of integers, at most, whose sum a float holds exactly: 512 * 255 * 128 < 2^24. */
  private static final int EXACT = 512;

  /** Products of floats, at most, that are added one after another, as in {@link Conv2d}. */
  private static final int CHAIN = 64;

  private static final int WEIGHT_ROW = PackedWeights.PANEL;
  private static final int HEADER = PackedWeights.QUANTIZED_HEADER_ROWS * WEIGHT_ROW;

  private final long weights;
  private final long panelBytes;
  private final int outChannels;
  private final int outBytes;
  private final boolean integers;
  private final float inZero;
  private final int inBytes;
  private final PartialSums sums;
  private final long rows;
  private final long rowBytes;
  private final int chunk;
  private final boolean runsOverTaps;

  /** The part of the window that lies inside the input, for the pixels at work. */
  private int firstKy;

  private int firstKx;
  private int run;
  private int lineRows;
  private int groups;
  private int groupRows;

  private QuantizedConv2d(Step.QuantizedConv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.weights = addresses.of(step.weights());
    this.panelBytes = HEADER + (long) taps() * channels * WEIGHT_ROW;
    this.outChannels = step.out().dim(3);
    this.outBytes = step.out().type().bytes();
    this.integers = step.in().type() == ElementType.I8;
    this.inZero = step.inZero();
    this.inBytes = step.in().type().bytes();
    long workspace = addresses.of(step.workspace());
    this.sums =
        new PartialSums(
            workspace, step.in().type(), step.out(), step.activation(), step.saturation());
    this.rows = workspace + PartialSums.BYTES_TAKEN;
    int room = step.workspace().dim(0) - PartialSums.BYTES_TAKEN / Float.BYTES;
    int capacity = Math.min(room / TILE & -LANES, integers ? EXACT : CHAIN);
    this.rowBytes = (long) capacity * Float.BYTES;
    this.chunk = capacity;
    this.runsOverTaps = tapPixel == (long) channels * inBytes;
  }

  static QuantizedConv2d bind(Step.QuantizedConv2d step, Addresses addresses) {
    return new QuantizedConv2d(step, addresses);
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
    int columns = Math.max(0, kxTo - kxFrom);
    int lines = Math.max(0, kyTo - kyFrom);
    firstKy = kyFrom;
    firstKx = kxFrom;
    lineRows = columns * channels;
    run = runsOverTaps ? lineRows : channels;
    // Where no column is cut off, one line's rows of weights go on with the next line's.
    boolean together = columns == kernelWidth || lines * columns == 0;
    groups = together ? 1 : lines;
    groupRows = together ? lines * lineRows : lineRows;
    int step = count <= FEW ? 1 : TILE;
    for (int i = 0; i < count; i += step) {
      block(in + i * inStep, inStep, out + i * outStep, outStep, Math.min(step, count - i));
    }
  }

  /** Up to six pixels, all output channels. */
  private void block(long in, long inStep, long out, long outStep, int pixels) {
    boolean once = groups == 1 && groupRows <= chunk;
    if (once) {
      gather(in, inStep, pixels, 0, 0, groupRows);
    }
    long panel = weights;
    for (int channel = 0; channel < outChannels; ) {
      boolean four = pixels == 1 && outChannels - channel >= FOUR * PackedWeights.PANEL;
      if (once) {
        multiply(panel, 0, 0, groupRows, pixels, four);
        sums.add(four ? FOUR : pixels, true);
      } else {
        inPieces(in, inStep, panel, pixels, four);
      }
      long to = out + (long) channel * outBytes;
      if (four) {
        sums.finish(
            FOUR, panel, panelBytes, PackedWeights.PANEL, to, PackedWeights.PANEL * outBytes);
      } else {
        sums.finish(
            pixels, panel, 0, Math.min(PackedWeights.PANEL, outChannels - channel), to, outStep);
      }
      channel += (four ? FOUR : 1) * PackedWeights.PANEL;
      panel += (four ? FOUR : 1) * panelBytes;
    }
  }

  private void inPieces(long in, long inStep, long panel, int pixels, boolean four) {
    boolean first = true;
    for (int g = 0; g < groups; g++) {
      for (int from = 0; from < groupRows; from += chunk) {
        int to = Math.min(groupRows, from + chunk);
        gather(in, inStep, pixels, g, from, to);
        multiply(panel, g, from, to, pixels, four);
        sums.add(four ? FOUR : pixels, first);
        first = false;
      }
    }
  }

  /** Brings what rows [from, to) of a group multiply to the workspace, for each pixel. */
  private void gather(long in, long inStep, int pixels, int group, int from, int to) {
    for (int p = 0; p < pixels; p++) {
      long origin = in + p * inStep + (firstKy + group) * tapRow + firstKx * tapPixel;
      long target = rows + p * rowBytes;
      for (int r = from; r < to; ) {
        int line = r / lineRows;
        int inLine = r - line * lineRows;
        int tap = inLine / run;
        int inRun = inLine - tap * run;
        int n = Math.min(run - inRun, to - r);
        long source = origin + line * tapRow + tap * tapPixel + (long) inRun * inBytes;
        if (integers) {
          ByteLoops.toFloats(source, inZero, target, n);
        } else {
          UncheckedMemory.copy(source, target, (long) n * Float.BYTES);
        }
        target += (long) n * Float.BYTES;
        r += n;
      }
    }
  }

  /** The gathered rows times rows [from, to) of a group of one panel, or of four. */
  private void multiply(long panel, int group, int from, int to, int pixels, boolean four) {
    long row = ((long) (firstKy + group) * kernelWidth + firstKx) * channels + from;
    long w = panel + HEADER + row * WEIGHT_ROW;
    if (four) {
      fourPanels(w, to - from);
    } else {
      tile(w, to - from, pixels);
    }
  }

  /** Six pixels by one panel; missing pixels repeat the last one, and nobody reads their sums. */
  private void tile(long w, int n, int pixels) {
    long in0 = rows;
    long in1 = rows + Math.min(1, pixels - 1) * rowBytes;
    long in2 = rows + Math.min(2, pixels - 1) * rowBytes;
    long in3 = rows + Math.min(3, pixels - 1) * rowBytes;
    long in4 = rows + Math.min(4, pixels - 1) * rowBytes;
    long in5 = rows + Math.min(5, pixels - 1) * rowBytes;
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    FloatVector sum40 = sum00;
    FloatVector sum41 = sum00;
    FloatVector sum50 = sum00;
    FloatVector sum51 = sum00;
    for (int i = 0; i < n; i++) {
      long at = (long) i * Float.BYTES;
      long row = w + (long) i * WEIGHT_ROW;
      FloatVector w0 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, row & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector w1 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (row + LANES) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      FloatVector x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in0 & ADDRESSES) + at));
      sum00 = x.fma(w0, sum00);
      sum01 = x.fma(w1, sum01);
      x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in1 & ADDRESSES) + at));
      sum10 = x.fma(w0, sum10);
      sum11 = x.fma(w1, sum11);
      x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in2 & ADDRESSES) + at));
      sum20 = x.fma(w0, sum20);
      sum21 = x.fma(w1, sum21);
      x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in3 & ADDRESSES) + at));
      sum30 = x.fma(w0, sum30);
      sum31 = x.fma(w1, sum31);
      x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in4 & ADDRESSES) + at));
      sum40 = x.fma(w0, sum40);
      sum41 = x.fma(w1, sum41);
      x = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, (in5 & ADDRESSES) + at));
      sum50 = x.fma(w0, sum50);
      sum51 = x.fma(w1, sum51);
    }
    long out = sums.piece;
    sum00.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
    sum01.intoMemorySegment(MEMORY, (out + VECTOR_BYTES) & ADDRESSES, ORDER);
    sum10.intoMemorySegment(MEMORY, (out + 2 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum11.intoMemorySegment(MEMORY, (out + 3 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum20.intoMemorySegment(MEMORY, (out + 4 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum21.intoMemorySegment(MEMORY, (out + 5 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum30.intoMemorySegment(MEMORY, (out + 6 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum31.intoMemorySegment(MEMORY, (out + 7 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum40.intoMemorySegment(MEMORY, (out + 8 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum41.intoMemorySegment(MEMORY, (out + 9 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum50.intoMemorySegment(MEMORY, (out + 10 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum51.intoMemorySegment(MEMORY, (out + 11 * VECTOR_BYTES) & ADDRESSES, ORDER);
  }

  /** One pixel by four panels, a row of sums each. */
  private void fourPanels(long w, int n) {
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    long w1 = w + panelBytes;
    long w2 = w1 + panelBytes;
    long w3 = w2 + panelBytes;
    for (int i = 0; i < n; i++) {
      long at = (long) i * WEIGHT_ROW;
      FloatVector x =
          FloatVector.broadcast(
              SPECIES, MEMORY.get(FLOAT, (rows & ADDRESSES) + (long) i * Float.BYTES));
      sum00 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w & ADDRESSES) + at, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum00);
      sum01 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w + at + LANES) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum01);
      sum10 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w1 & ADDRESSES) + at, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum10);
      sum11 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w1 + at + LANES) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum11);
      sum20 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w2 & ADDRESSES) + at, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum20);
      sum21 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w2 + at + LANES) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum21);
      sum30 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w3 & ADDRESSES) + at, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum30);
      sum31 =
          x.fma(
              ByteVector.fromMemorySegment(BYTES, MEMORY, (w3 + at + LANES) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0),
              sum31);
    }
    long out = sums.piece;
    sum00.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
    sum01.intoMemorySegment(MEMORY, (out + VECTOR_BYTES) & ADDRESSES, ORDER);
    sum10.intoMemorySegment(MEMORY, (out + 2 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum11.intoMemorySegment(MEMORY, (out + 3 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum20.intoMemorySegment(MEMORY, (out + 4 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum21.intoMemorySegment(MEMORY, (out + 5 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum30.intoMemorySegment(MEMORY, (out + 6 * VECTOR_BYTES) & ADDRESSES, ORDER);
    sum31.intoMemorySegment(MEMORY, (out + 7 * VECTOR_BYTES) & ADDRESSES, ORDER);
  }
}
