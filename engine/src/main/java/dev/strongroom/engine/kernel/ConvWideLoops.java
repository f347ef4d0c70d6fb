package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.PackedWeights;
import jdk.incubator.vector.FloatVector;

/**
 * As {@link ConvLoops}, for the 32 registers of AVX-512 and one run of products in each row of
 * taps: more pixels at a time, so that a weight that is loaded serves more of them, and one loop
 * around the products, since C2 moves every sum about at each round of one. The distance of pixels
 * is an operand of its own: processors add it, or two, four or eight times it, to an address as
 * they load, and so need fewer addresses than there are pixels.
 */
final class ConvWideLoops {
  /** Pixels in the tile of two vectors of channels. */
  static final int PIXELS_OF_WIDE = 8;

  /** Pixels, at least, that this tile is given. */
  static final int LEAST_OF_WIDE = 6;

  /** Pixels in the tile of one vector of channels. */
  static final int PIXELS_OF_TALL = 12;

  /** Pixels, at least, that this tile is given. */
  static final int LEAST_OF_TALL = 9;

  /** Bytes from a pixel to the next one, at most: C2 must know that it is not everything. */
  static final int MOST_STEP = (1 << 28) - 1;

  private static final int ROW_BYTES = PackedWeights.PANEL * Float.BYTES;

  private final long tapRow;
  private final long tapPixel;
  private final int kernelWidth;
  private final int channels;
  private long inStep;
  private long outStep;

  ConvWideLoops(long tapRow, long tapPixel, int kernelWidth, int channels) {
    this.tapRow = tapRow;
    this.tapPixel = tapPixel;
    this.kernelWidth = kernelWidth;
    this.channels = channels;
  }

  /** Bytes from a pixel to the next one, in the input and in the output. */
  void step(long inBytes, long outBytes) {
    this.inStep = inBytes;
    this.outStep = outBytes;
  }

  /** Six to eight pixels by two vectors of channels. Two addresses reach the first six. */
  void wide(
      long in,
      long out,
      int pixels,
      long panel0,
      long panel1,
      int fromY,
      int toY,
      int fromX,
      int fromRow,
      int rows,
      boolean first) {
    long step = (int) inStep & MOST_STEP;
    FloatVector sum00 = FloatVector.zero(WIDE);
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
    FloatVector sum60 = sum00;
    FloatVector sum61 = sum00;
    FloatVector sum70 = sum00;
    FloatVector sum71 = sum00;
    for (int ky = fromY; ky < toY; ky++) {
      long tap = in + ky * tapRow + fromX * tapPixel + (long) fromRow * Float.BYTES;
      long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + fromX) * channels + fromRow);
      long x0 = tap & ADDRESSES;
      long x3 = (tap + 3 * inStep) & ADDRESSES;
      long x6 = (tap + Math.min(6, pixels - 1) * inStep) & ADDRESSES;
      long x7 = (tap + (pixels - 1) * inStep) & ADDRESSES;
      long w0 = (panel0 + row) & ADDRESSES;
      long w1 = (panel1 + row) & ADDRESSES;
      for (int i = 0; i < rows; i++) {
        long at = (long) i * Float.BYTES;
        long at0 = x0 + at;
        long at3 = x3 + at;
        long w = (long) i * ROW_BYTES;
        FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
        FloatVector weight1 = fromMemorySegment(WIDE, MEMORY, w1 + w, ORDER);
        FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0));
        sum00 = x.fma(weight0, sum00);
        sum01 = x.fma(weight1, sum01);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + step));
        sum10 = x.fma(weight0, sum10);
        sum11 = x.fma(weight1, sum11);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + (step << 1)));
        sum20 = x.fma(weight0, sum20);
        sum21 = x.fma(weight1, sum21);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3));
        sum30 = x.fma(weight0, sum30);
        sum31 = x.fma(weight1, sum31);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3 + step));
        sum40 = x.fma(weight0, sum40);
        sum41 = x.fma(weight1, sum41);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3 + (step << 1)));
        sum50 = x.fma(weight0, sum50);
        sum51 = x.fma(weight1, sum51);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x6 + at));
        sum60 = x.fma(weight0, sum60);
        sum61 = x.fma(weight1, sum61);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x7 + at));
        sum70 = x.fma(weight0, sum70);
        sum71 = x.fma(weight1, sum71);
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + 1 * outStep) & ADDRESSES;
    long out2 = (out + 2 * outStep) & ADDRESSES;
    long out3 = (out + 3 * outStep) & ADDRESSES;
    long out4 = (out + 4 * outStep) & ADDRESSES;
    long out5 = (out + 5 * outStep) & ADDRESSES;
    long out6 = (out + Math.min(6, pixels - 1) * outStep) & ADDRESSES;
    long out7 = (out + (pixels - 1) * outStep) & ADDRESSES;
    // All sums before all stores: pixels computed twice must not be added twice.
    long base00 = (first ? panel0 : out0) & ADDRESSES;
    long base01 = (first ? panel1 : out0 + WIDE_BYTES) & ADDRESSES;
    long base10 = (first ? panel0 : out1) & ADDRESSES;
    long base11 = (first ? panel1 : out1 + WIDE_BYTES) & ADDRESSES;
    long base20 = (first ? panel0 : out2) & ADDRESSES;
    long base21 = (first ? panel1 : out2 + WIDE_BYTES) & ADDRESSES;
    long base30 = (first ? panel0 : out3) & ADDRESSES;
    long base31 = (first ? panel1 : out3 + WIDE_BYTES) & ADDRESSES;
    long base40 = (first ? panel0 : out4) & ADDRESSES;
    long base41 = (first ? panel1 : out4 + WIDE_BYTES) & ADDRESSES;
    long base50 = (first ? panel0 : out5) & ADDRESSES;
    long base51 = (first ? panel1 : out5 + WIDE_BYTES) & ADDRESSES;
    long base60 = (first ? panel0 : out6) & ADDRESSES;
    long base61 = (first ? panel1 : out6 + WIDE_BYTES) & ADDRESSES;
    long base70 = (first ? panel0 : out7) & ADDRESSES;
    long base71 = (first ? panel1 : out7 + WIDE_BYTES) & ADDRESSES;
    sum00 = fromMemorySegment(WIDE, MEMORY, base00, ORDER).add(sum00);
    sum01 = fromMemorySegment(WIDE, MEMORY, base01, ORDER).add(sum01);
    sum10 = fromMemorySegment(WIDE, MEMORY, base10, ORDER).add(sum10);
    sum11 = fromMemorySegment(WIDE, MEMORY, base11, ORDER).add(sum11);
    sum20 = fromMemorySegment(WIDE, MEMORY, base20, ORDER).add(sum20);
    sum21 = fromMemorySegment(WIDE, MEMORY, base21, ORDER).add(sum21);
    sum30 = fromMemorySegment(WIDE, MEMORY, base30, ORDER).add(sum30);
    sum31 = fromMemorySegment(WIDE, MEMORY, base31, ORDER).add(sum31);
    sum40 = fromMemorySegment(WIDE, MEMORY, base40, ORDER).add(sum40);
    sum41 = fromMemorySegment(WIDE, MEMORY, base41, ORDER).add(sum41);
    sum50 = fromMemorySegment(WIDE, MEMORY, base50, ORDER).add(sum50);
    sum51 = fromMemorySegment(WIDE, MEMORY, base51, ORDER).add(sum51);
    sum60 = fromMemorySegment(WIDE, MEMORY, base60, ORDER).add(sum60);
    sum61 = fromMemorySegment(WIDE, MEMORY, base61, ORDER).add(sum61);
    sum70 = fromMemorySegment(WIDE, MEMORY, base70, ORDER).add(sum70);
    sum71 = fromMemorySegment(WIDE, MEMORY, base71, ORDER).add(sum71);
    sum00.intoMemorySegment(MEMORY, out0, ORDER);
    sum01.intoMemorySegment(MEMORY, out0 + WIDE_BYTES, ORDER);
    sum10.intoMemorySegment(MEMORY, out1, ORDER);
    sum11.intoMemorySegment(MEMORY, out1 + WIDE_BYTES, ORDER);
    sum20.intoMemorySegment(MEMORY, out2, ORDER);
    sum21.intoMemorySegment(MEMORY, out2 + WIDE_BYTES, ORDER);
    sum30.intoMemorySegment(MEMORY, out3, ORDER);
    sum31.intoMemorySegment(MEMORY, out3 + WIDE_BYTES, ORDER);
    sum40.intoMemorySegment(MEMORY, out4, ORDER);
    sum41.intoMemorySegment(MEMORY, out4 + WIDE_BYTES, ORDER);
    sum50.intoMemorySegment(MEMORY, out5, ORDER);
    sum51.intoMemorySegment(MEMORY, out5 + WIDE_BYTES, ORDER);
    sum60.intoMemorySegment(MEMORY, out6, ORDER);
    sum61.intoMemorySegment(MEMORY, out6 + WIDE_BYTES, ORDER);
    sum70.intoMemorySegment(MEMORY, out7, ORDER);
    sum71.intoMemorySegment(MEMORY, out7 + WIDE_BYTES, ORDER);
  }

  /** Nine to twelve pixels by one vector of channels. Three addresses reach the first nine. */
  void tall(
      long in,
      long out,
      int pixels,
      long panel,
      int fromY,
      int toY,
      int fromX,
      int fromRow,
      int rows,
      boolean first) {
    long step = (int) inStep & MOST_STEP;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    FloatVector sum6 = sum0;
    FloatVector sum7 = sum0;
    FloatVector sum8 = sum0;
    FloatVector sum9 = sum0;
    FloatVector sum10 = sum0;
    FloatVector sum11 = sum0;
    for (int ky = fromY; ky < toY; ky++) {
      long tap = in + ky * tapRow + fromX * tapPixel + (long) fromRow * Float.BYTES;
      long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + fromX) * channels + fromRow);
      long x0 = tap & ADDRESSES;
      long x3 = (tap + 3 * inStep) & ADDRESSES;
      long x6 = (tap + 6 * inStep) & ADDRESSES;
      long x9 = (tap + Math.min(9, pixels - 1) * inStep) & ADDRESSES;
      long x10 = (tap + Math.min(10, pixels - 1) * inStep) & ADDRESSES;
      long x11 = (tap + (pixels - 1) * inStep) & ADDRESSES;
      long w0 = (panel + row) & ADDRESSES;
      for (int i = 0; i < rows; i++) {
        long at = (long) i * Float.BYTES;
        long at0 = x0 + at;
        long at3 = x3 + at;
        FloatVector weight = fromMemorySegment(WIDE, MEMORY, w0 + (long) i * ROW_BYTES, ORDER);
        FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0));
        sum0 = x.fma(weight, sum0);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + step));
        sum1 = x.fma(weight, sum1);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + (step << 1)));
        sum2 = x.fma(weight, sum2);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3));
        sum3 = x.fma(weight, sum3);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + (step << 2)));
        sum4 = x.fma(weight, sum4);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3 + (step << 1)));
        sum5 = x.fma(weight, sum5);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x6 + at));
        sum6 = x.fma(weight, sum6);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at3 + (step << 2)));
        sum7 = x.fma(weight, sum7);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, at0 + (step << 3)));
        sum8 = x.fma(weight, sum8);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x9 + at));
        sum9 = x.fma(weight, sum9);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x10 + at));
        sum10 = x.fma(weight, sum10);
        x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x11 + at));
        sum11 = x.fma(weight, sum11);
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + 1 * outStep) & ADDRESSES;
    long out2 = (out + 2 * outStep) & ADDRESSES;
    long out3 = (out + 3 * outStep) & ADDRESSES;
    long out4 = (out + 4 * outStep) & ADDRESSES;
    long out5 = (out + 5 * outStep) & ADDRESSES;
    long out6 = (out + 6 * outStep) & ADDRESSES;
    long out7 = (out + 7 * outStep) & ADDRESSES;
    long out8 = (out + 8 * outStep) & ADDRESSES;
    long out9 = (out + Math.min(9, pixels - 1) * outStep) & ADDRESSES;
    long out10 = (out + Math.min(10, pixels - 1) * outStep) & ADDRESSES;
    long out11 = (out + (pixels - 1) * outStep) & ADDRESSES;
    // All sums before all stores: pixels computed twice must not be added twice.
    long base0 = (first ? panel : out0) & ADDRESSES;
    long base1 = (first ? panel : out1) & ADDRESSES;
    long base2 = (first ? panel : out2) & ADDRESSES;
    long base3 = (first ? panel : out3) & ADDRESSES;
    long base4 = (first ? panel : out4) & ADDRESSES;
    long base5 = (first ? panel : out5) & ADDRESSES;
    long base6 = (first ? panel : out6) & ADDRESSES;
    long base7 = (first ? panel : out7) & ADDRESSES;
    long base8 = (first ? panel : out8) & ADDRESSES;
    long base9 = (first ? panel : out9) & ADDRESSES;
    long base10 = (first ? panel : out10) & ADDRESSES;
    long base11 = (first ? panel : out11) & ADDRESSES;
    sum0 = fromMemorySegment(WIDE, MEMORY, base0, ORDER).add(sum0);
    sum1 = fromMemorySegment(WIDE, MEMORY, base1, ORDER).add(sum1);
    sum2 = fromMemorySegment(WIDE, MEMORY, base2, ORDER).add(sum2);
    sum3 = fromMemorySegment(WIDE, MEMORY, base3, ORDER).add(sum3);
    sum4 = fromMemorySegment(WIDE, MEMORY, base4, ORDER).add(sum4);
    sum5 = fromMemorySegment(WIDE, MEMORY, base5, ORDER).add(sum5);
    sum6 = fromMemorySegment(WIDE, MEMORY, base6, ORDER).add(sum6);
    sum7 = fromMemorySegment(WIDE, MEMORY, base7, ORDER).add(sum7);
    sum8 = fromMemorySegment(WIDE, MEMORY, base8, ORDER).add(sum8);
    sum9 = fromMemorySegment(WIDE, MEMORY, base9, ORDER).add(sum9);
    sum10 = fromMemorySegment(WIDE, MEMORY, base10, ORDER).add(sum10);
    sum11 = fromMemorySegment(WIDE, MEMORY, base11, ORDER).add(sum11);
    sum0.intoMemorySegment(MEMORY, out0, ORDER);
    sum1.intoMemorySegment(MEMORY, out1, ORDER);
    sum2.intoMemorySegment(MEMORY, out2, ORDER);
    sum3.intoMemorySegment(MEMORY, out3, ORDER);
    sum4.intoMemorySegment(MEMORY, out4, ORDER);
    sum5.intoMemorySegment(MEMORY, out5, ORDER);
    sum6.intoMemorySegment(MEMORY, out6, ORDER);
    sum7.intoMemorySegment(MEMORY, out7, ORDER);
    sum8.intoMemorySegment(MEMORY, out8, ORDER);
    sum9.intoMemorySegment(MEMORY, out9, ORDER);
    sum10.intoMemorySegment(MEMORY, out10, ORDER);
    sum11.intoMemorySegment(MEMORY, out11, ORDER);
  }
}
