package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANE_NUMBERS;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.PackedWeights;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The inner loops of {@link Conv2d}: sums of a few pixels and vectors of channels that stay in
 * registers while taps and input channels pass.
 *
 * <p>All take the same range of a window: {@code rows} products from {@code fromRow} of each of
 * {@code runs} runs from tap {@code fromX}, by vertical taps [fromY, toY). The sums are written
 * together with the bias if they are the first piece, else added to what is there. Where there are
 * fewer pixels than fit, the last one is computed again, to the same place. They differ in how many
 * vectors of channels they compute; written out, because C2 keeps in registers only what has a name
 * of its own. Of AVX2's 16 registers, ten hold sums and two weights: C2 wants the others for what
 * it has loaded early, and with twelve sums it moved one of them through memory for each product.
 */
final class ConvLoops {
  /** Pixels in a tile of two vectors of channels, whole or in part. */
  static final int PIXELS_BY_TWO = 5;

  /** Pixels in a tile of one vector of channels, whole or in part. */
  static final int PIXELS_BY_ONE = 6;

  private static final int ROW_BYTES = PackedWeights.PANEL * Float.BYTES;

  private final long tapRow;
  private final long tapPixel;
  private final int kernelWidth;
  private final int channels;

  /** Bytes from a pixel to the next one, in the input and in the output. */
  private long inStep;

  private long outStep;

  ConvLoops(long tapRow, long tapPixel, int kernelWidth, int channels) {
    this.tapRow = tapRow;
    this.tapPixel = tapPixel;
    this.kernelWidth = kernelWidth;
    this.channels = channels;
  }

  void step(long inBytes, long outBytes) {
    this.inStep = inBytes;
    this.outStep = outBytes;
  }

  /** Up to five pixels by two vectors of channels. */
  void two(
      long in0,
      long out,
      int pixels,
      long panel0,
      long panel1,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    long in1 = in0 + Math.min(1, pixels - 1) * inStep;
    long in2 = in0 + Math.min(2, pixels - 1) * inStep;
    long in3 = in0 + Math.min(3, pixels - 1) * inStep;
    long in4 = in0 + Math.min(4, pixels - 1) * inStep;
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
    for (int ky = fromY; ky < toY; ky++) {
      for (int kx = fromX; kx < fromX + runs; kx++) {
        long tap = ky * tapRow + kx * tapPixel + (long) fromRow * Float.BYTES;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels + fromRow);
        long x0 = (in0 + tap) & ADDRESSES;
        long x1 = (in1 + tap) & ADDRESSES;
        long x2 = (in2 + tap) & ADDRESSES;
        long x3 = (in3 + tap) & ADDRESSES;
        long x4 = (in4 + tap) & ADDRESSES;
        long w0 = (panel0 + row) & ADDRESSES;
        long w1 = (panel1 + row) & ADDRESSES;
        for (int i = 0; i < rows; i++) {
          long at = (long) i * Float.BYTES;
          long w = (long) i * ROW_BYTES;
          FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
          FloatVector weight1 = fromMemorySegment(WIDE, MEMORY, w1 + w, ORDER);
          FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
          sum00 = x.fma(weight0, sum00);
          sum01 = x.fma(weight1, sum01);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
          sum10 = x.fma(weight0, sum10);
          sum11 = x.fma(weight1, sum11);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
          sum20 = x.fma(weight0, sum20);
          sum21 = x.fma(weight1, sum21);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
          sum30 = x.fma(weight0, sum30);
          sum31 = x.fma(weight1, sum31);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
          sum40 = x.fma(weight0, sum40);
          sum41 = x.fma(weight1, sum41);
        }
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
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
  }

  /** Up to five pixels by a vector of channels and the first {@code lanes} of another. */
  void oneAndPart(
      long in0,
      long out,
      int pixels,
      long panel0,
      long panel1,
      int lanes,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    long in1 = in0 + Math.min(1, pixels - 1) * inStep;
    long in2 = in0 + Math.min(2, pixels - 1) * inStep;
    long in3 = in0 + Math.min(3, pixels - 1) * inStep;
    long in4 = in0 + Math.min(4, pixels - 1) * inStep;
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
    for (int ky = fromY; ky < toY; ky++) {
      for (int kx = fromX; kx < fromX + runs; kx++) {
        long tap = ky * tapRow + kx * tapPixel + (long) fromRow * Float.BYTES;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels + fromRow);
        long x0 = (in0 + tap) & ADDRESSES;
        long x1 = (in1 + tap) & ADDRESSES;
        long x2 = (in2 + tap) & ADDRESSES;
        long x3 = (in3 + tap) & ADDRESSES;
        long x4 = (in4 + tap) & ADDRESSES;
        long w0 = (panel0 + row) & ADDRESSES;
        long w1 = (panel1 + row) & ADDRESSES;
        for (int i = 0; i < rows; i++) {
          long at = (long) i * Float.BYTES;
          long w = (long) i * ROW_BYTES;
          FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
          FloatVector weight1 = fromMemorySegment(WIDE, MEMORY, w1 + w, ORDER);
          FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
          sum00 = x.fma(weight0, sum00);
          sum01 = x.fma(weight1, sum01);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
          sum10 = x.fma(weight0, sum10);
          sum11 = x.fma(weight1, sum11);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
          sum20 = x.fma(weight0, sum20);
          sum21 = x.fma(weight1, sum21);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
          sum30 = x.fma(weight0, sum30);
          sum31 = x.fma(weight1, sum31);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
          sum40 = x.fma(weight0, sum40);
          sum41 = x.fma(weight1, sum41);
        }
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
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
    VectorMask<Float> mask = WIDE_LANE_NUMBERS.lt((float) lanes);
    sum00 = fromMemorySegment(WIDE, MEMORY, base00, ORDER).add(sum00);
    sum01 = fromMemorySegment(WIDE, MEMORY, base01, ORDER, mask).add(sum01);
    sum10 = fromMemorySegment(WIDE, MEMORY, base10, ORDER).add(sum10);
    sum11 = fromMemorySegment(WIDE, MEMORY, base11, ORDER, mask).add(sum11);
    sum20 = fromMemorySegment(WIDE, MEMORY, base20, ORDER).add(sum20);
    sum21 = fromMemorySegment(WIDE, MEMORY, base21, ORDER, mask).add(sum21);
    sum30 = fromMemorySegment(WIDE, MEMORY, base30, ORDER).add(sum30);
    sum31 = fromMemorySegment(WIDE, MEMORY, base31, ORDER, mask).add(sum31);
    sum40 = fromMemorySegment(WIDE, MEMORY, base40, ORDER).add(sum40);
    sum41 = fromMemorySegment(WIDE, MEMORY, base41, ORDER, mask).add(sum41);
    sum00.intoMemorySegment(MEMORY, out0, ORDER);
    sum01.intoMemorySegment(MEMORY, out0 + WIDE_BYTES, ORDER, mask);
    sum10.intoMemorySegment(MEMORY, out1, ORDER);
    sum11.intoMemorySegment(MEMORY, out1 + WIDE_BYTES, ORDER, mask);
    sum20.intoMemorySegment(MEMORY, out2, ORDER);
    sum21.intoMemorySegment(MEMORY, out2 + WIDE_BYTES, ORDER, mask);
    sum30.intoMemorySegment(MEMORY, out3, ORDER);
    sum31.intoMemorySegment(MEMORY, out3 + WIDE_BYTES, ORDER, mask);
    sum40.intoMemorySegment(MEMORY, out4, ORDER);
    sum41.intoMemorySegment(MEMORY, out4 + WIDE_BYTES, ORDER, mask);
  }

  /** Up to six pixels by one vector of channels. */
  void one(
      long in0,
      long out,
      int pixels,
      long panel0,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    long in1 = in0 + Math.min(1, pixels - 1) * inStep;
    long in2 = in0 + Math.min(2, pixels - 1) * inStep;
    long in3 = in0 + Math.min(3, pixels - 1) * inStep;
    long in4 = in0 + Math.min(4, pixels - 1) * inStep;
    long in5 = in0 + Math.min(5, pixels - 1) * inStep;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int ky = fromY; ky < toY; ky++) {
      for (int kx = fromX; kx < fromX + runs; kx++) {
        long tap = ky * tapRow + kx * tapPixel + (long) fromRow * Float.BYTES;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels + fromRow);
        long x0 = (in0 + tap) & ADDRESSES;
        long x1 = (in1 + tap) & ADDRESSES;
        long x2 = (in2 + tap) & ADDRESSES;
        long x3 = (in3 + tap) & ADDRESSES;
        long x4 = (in4 + tap) & ADDRESSES;
        long x5 = (in5 + tap) & ADDRESSES;
        long w0 = (panel0 + row) & ADDRESSES;
        for (int i = 0; i < rows; i++) {
          long at = (long) i * Float.BYTES;
          long w = (long) i * ROW_BYTES;
          FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
          FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
          sum0 = x.fma(weight0, sum0);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
          sum1 = x.fma(weight0, sum1);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
          sum2 = x.fma(weight0, sum2);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
          sum3 = x.fma(weight0, sum3);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
          sum4 = x.fma(weight0, sum4);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x5 + at));
          sum5 = x.fma(weight0, sum5);
        }
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * outStep) & ADDRESSES;
    // All sums before all stores: pixels computed twice must not be added twice.
    long base0 = (first ? panel0 : out0) & ADDRESSES;
    long base1 = (first ? panel0 : out1) & ADDRESSES;
    long base2 = (first ? panel0 : out2) & ADDRESSES;
    long base3 = (first ? panel0 : out3) & ADDRESSES;
    long base4 = (first ? panel0 : out4) & ADDRESSES;
    long base5 = (first ? panel0 : out5) & ADDRESSES;
    sum0 = fromMemorySegment(WIDE, MEMORY, base0, ORDER).add(sum0);
    sum1 = fromMemorySegment(WIDE, MEMORY, base1, ORDER).add(sum1);
    sum2 = fromMemorySegment(WIDE, MEMORY, base2, ORDER).add(sum2);
    sum3 = fromMemorySegment(WIDE, MEMORY, base3, ORDER).add(sum3);
    sum4 = fromMemorySegment(WIDE, MEMORY, base4, ORDER).add(sum4);
    sum5 = fromMemorySegment(WIDE, MEMORY, base5, ORDER).add(sum5);
    sum0.intoMemorySegment(MEMORY, out0, ORDER);
    sum1.intoMemorySegment(MEMORY, out1, ORDER);
    sum2.intoMemorySegment(MEMORY, out2, ORDER);
    sum3.intoMemorySegment(MEMORY, out3, ORDER);
    sum4.intoMemorySegment(MEMORY, out4, ORDER);
    sum5.intoMemorySegment(MEMORY, out5, ORDER);
  }

  /** Up to six pixels by the first {@code lanes} of a vector of channels. */
  void part(
      long in0,
      long out,
      int pixels,
      long panel0,
      int lanes,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    long in1 = in0 + Math.min(1, pixels - 1) * inStep;
    long in2 = in0 + Math.min(2, pixels - 1) * inStep;
    long in3 = in0 + Math.min(3, pixels - 1) * inStep;
    long in4 = in0 + Math.min(4, pixels - 1) * inStep;
    long in5 = in0 + Math.min(5, pixels - 1) * inStep;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int ky = fromY; ky < toY; ky++) {
      for (int kx = fromX; kx < fromX + runs; kx++) {
        long tap = ky * tapRow + kx * tapPixel + (long) fromRow * Float.BYTES;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels + fromRow);
        long x0 = (in0 + tap) & ADDRESSES;
        long x1 = (in1 + tap) & ADDRESSES;
        long x2 = (in2 + tap) & ADDRESSES;
        long x3 = (in3 + tap) & ADDRESSES;
        long x4 = (in4 + tap) & ADDRESSES;
        long x5 = (in5 + tap) & ADDRESSES;
        long w0 = (panel0 + row) & ADDRESSES;
        for (int i = 0; i < rows; i++) {
          long at = (long) i * Float.BYTES;
          long w = (long) i * ROW_BYTES;
          FloatVector weight0 = fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER);
          FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
          sum0 = x.fma(weight0, sum0);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
          sum1 = x.fma(weight0, sum1);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
          sum2 = x.fma(weight0, sum2);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
          sum3 = x.fma(weight0, sum3);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
          sum4 = x.fma(weight0, sum4);
          x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x5 + at));
          sum5 = x.fma(weight0, sum5);
        }
      }
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * outStep) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * outStep) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * outStep) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * outStep) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * outStep) & ADDRESSES;
    // All sums before all stores: pixels computed twice must not be added twice.
    long base0 = (first ? panel0 : out0) & ADDRESSES;
    long base1 = (first ? panel0 : out1) & ADDRESSES;
    long base2 = (first ? panel0 : out2) & ADDRESSES;
    long base3 = (first ? panel0 : out3) & ADDRESSES;
    long base4 = (first ? panel0 : out4) & ADDRESSES;
    long base5 = (first ? panel0 : out5) & ADDRESSES;
    VectorMask<Float> mask = WIDE_LANE_NUMBERS.lt((float) lanes);
    sum0 = fromMemorySegment(WIDE, MEMORY, base0, ORDER, mask).add(sum0);
    sum1 = fromMemorySegment(WIDE, MEMORY, base1, ORDER, mask).add(sum1);
    sum2 = fromMemorySegment(WIDE, MEMORY, base2, ORDER, mask).add(sum2);
    sum3 = fromMemorySegment(WIDE, MEMORY, base3, ORDER, mask).add(sum3);
    sum4 = fromMemorySegment(WIDE, MEMORY, base4, ORDER, mask).add(sum4);
    sum5 = fromMemorySegment(WIDE, MEMORY, base5, ORDER, mask).add(sum5);
    sum0.intoMemorySegment(MEMORY, out0, ORDER, mask);
    sum1.intoMemorySegment(MEMORY, out1, ORDER, mask);
    sum2.intoMemorySegment(MEMORY, out2, ORDER, mask);
    sum3.intoMemorySegment(MEMORY, out3, ORDER, mask);
    sum4.intoMemorySegment(MEMORY, out4, ORDER, mask);
    sum5.intoMemorySegment(MEMORY, out5, ORDER, mask);
  }

  /** One pixel by four vectors of channels. */
  void pixel(
      long in,
      long out,
      long panel0,
      long panel1,
      long panel2,
      long panel3,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int ky = fromY; ky < toY; ky++) {
      for (int kx = fromX; kx < fromX + runs; kx++) {
        long tap = ky * tapRow + kx * tapPixel + (long) fromRow * Float.BYTES;
        long row = ROW_BYTES * (1L + (long) (ky * kernelWidth + kx) * channels + fromRow);
        long x0 = (in + tap) & ADDRESSES;
        long w0 = (panel0 + row) & ADDRESSES;
        long w1 = (panel1 + row) & ADDRESSES;
        long w2 = (panel2 + row) & ADDRESSES;
        long w3 = (panel3 + row) & ADDRESSES;
        for (int i = 0; i < rows; i++) {
          long w = (long) i * ROW_BYTES;
          FloatVector x =
              FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + (long) i * Float.BYTES));
          sum0 = x.fma(fromMemorySegment(WIDE, MEMORY, w0 + w, ORDER), sum0);
          sum1 = x.fma(fromMemorySegment(WIDE, MEMORY, w1 + w, ORDER), sum1);
          sum2 = x.fma(fromMemorySegment(WIDE, MEMORY, w2 + w, ORDER), sum2);
          sum3 = x.fma(fromMemorySegment(WIDE, MEMORY, w3 + w, ORDER), sum3);
        }
      }
    }
    long to = out & ADDRESSES;
    long base0 = (first ? panel0 : to) & ADDRESSES;
    long base1 = (first ? panel1 : to + WIDE_BYTES) & ADDRESSES;
    long base2 = (first ? panel2 : to + 2 * WIDE_BYTES) & ADDRESSES;
    long base3 = (first ? panel3 : to + 3 * WIDE_BYTES) & ADDRESSES;
    sum0 = fromMemorySegment(WIDE, MEMORY, base0, ORDER).add(sum0);
    sum1 = fromMemorySegment(WIDE, MEMORY, base1, ORDER).add(sum1);
    sum2 = fromMemorySegment(WIDE, MEMORY, base2, ORDER).add(sum2);
    sum3 = fromMemorySegment(WIDE, MEMORY, base3, ORDER).add(sum3);
    sum0.intoMemorySegment(MEMORY, to, ORDER);
    sum1.intoMemorySegment(MEMORY, to + WIDE_BYTES, ORDER);
    sum2.intoMemorySegment(MEMORY, to + 2 * WIDE_BYTES, ORDER);
    sum3.intoMemorySegment(MEMORY, to + 3 * WIDE_BYTES, ORDER);
  }
}
