package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_OF_BYTES;

import dev.strongroom.program.PackedWeights;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of {@link QuantizedConv2d}: {@code n} products of each pixel's row of floats with
 * weights that are bytes, converted where they are loaded, once for all pixels. The sums begin at
 * zero and are written as rows of two vectors, one row a pixel. Where there are fewer pixels than
 * fit, the last one is computed again, to the same place. Written out for {@link ConvLoops}'
 * reasons, and as many sums as it says that registers allow.
 */
final class QuantizedLoops {
  /** Bytes from a pixel's sums to the next one's. */
  static final int ROW_BYTES = 2 * WIDE_BYTES;

  private QuantizedLoops() {}

  /** Up to six pixels by two vectors of channels, where there are 32 registers. */
  static void six(long in, long inStep, int pixels, long weights0, long weights1, int n, long out) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    long w0 = weights0 & ADDRESSES;
    long w1 = weights1 & ADDRESSES;
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
    for (int i = 0; i < n; i++) {
      long at = (long) i * Float.BYTES;
      long row = (long) i * PackedWeights.PANEL;
      FloatVector weight0 =
          (FloatVector)
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w0 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
      FloatVector weight1 =
          (FloatVector)
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w1 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
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
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x5 + at));
      sum50 = x.fma(weight0, sum50);
      sum51 = x.fma(weight1, sum51);
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out5 = (out + Math.min(5, pixels - 1) * ROW_BYTES) & ADDRESSES;
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
  }

  /** Up to five pixels by two vectors of channels, where there are sixteen. */
  static void five(
      long in, long inStep, int pixels, long weights0, long weights1, int n, long out) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long w0 = weights0 & ADDRESSES;
    long w1 = weights1 & ADDRESSES;
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
    for (int i = 0; i < n; i++) {
      long at = (long) i * Float.BYTES;
      long row = (long) i * PackedWeights.PANEL;
      FloatVector weight0 =
          (FloatVector)
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w0 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
      FloatVector weight1 =
          (FloatVector)
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w1 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
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
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out2 = (out + Math.min(2, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out3 = (out + Math.min(3, pixels - 1) * ROW_BYTES) & ADDRESSES;
    long out4 = (out + Math.min(4, pixels - 1) * ROW_BYTES) & ADDRESSES;
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

  /** Up to six pixels by one vector of channels. */
  static void one(long in, long inStep, int pixels, long weights, int n, long out) {
    long x0 = in & ADDRESSES;
    long x1 = (in + Math.min(1, pixels - 1) * inStep) & ADDRESSES;
    long x2 = (in + Math.min(2, pixels - 1) * inStep) & ADDRESSES;
    long x3 = (in + Math.min(3, pixels - 1) * inStep) & ADDRESSES;
    long x4 = (in + Math.min(4, pixels - 1) * inStep) & ADDRESSES;
    long x5 = (in + Math.min(5, pixels - 1) * inStep) & ADDRESSES;
    long w = weights & ADDRESSES;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int i = 0; i < n; i++) {
      long at = (long) i * Float.BYTES;
      FloatVector weight =
          (FloatVector)
              ByteVector.fromMemorySegment(
                      WIDE_OF_BYTES, MEMORY, w + (long) i * PackedWeights.PANEL, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
      FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
      sum0 = x.fma(weight, sum0);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
      sum1 = x.fma(weight, sum1);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
      sum2 = x.fma(weight, sum2);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
      sum3 = x.fma(weight, sum3);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
      sum4 = x.fma(weight, sum4);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x5 + at));
      sum5 = x.fma(weight, sum5);
    }
    sum0.intoMemorySegment(MEMORY, out & ADDRESSES, ORDER);
    sum1.intoMemorySegment(MEMORY, (out + Math.min(1, pixels - 1) * ROW_BYTES) & ADDRESSES, ORDER);
    sum2.intoMemorySegment(MEMORY, (out + Math.min(2, pixels - 1) * ROW_BYTES) & ADDRESSES, ORDER);
    sum3.intoMemorySegment(MEMORY, (out + Math.min(3, pixels - 1) * ROW_BYTES) & ADDRESSES, ORDER);
    sum4.intoMemorySegment(MEMORY, (out + Math.min(4, pixels - 1) * ROW_BYTES) & ADDRESSES, ORDER);
    sum5.intoMemorySegment(MEMORY, (out + Math.min(5, pixels - 1) * ROW_BYTES) & ADDRESSES, ORDER);
  }

  /** One pixel by four vectors of channels, two rows of sums. */
  static void pixel(
      long in, long weights0, long weights1, long weights2, long weights3, int n, long out) {
    long x0 = in & ADDRESSES;
    long w0 = weights0 & ADDRESSES;
    long w1 = weights1 & ADDRESSES;
    long w2 = weights2 & ADDRESSES;
    long w3 = weights3 & ADDRESSES;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int i = 0; i < n; i++) {
      long row = (long) i * PackedWeights.PANEL;
      FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + (long) i * Float.BYTES));
      sum0 =
          x.fma(
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w0 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0),
              sum0);
      sum1 =
          x.fma(
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w1 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0),
              sum1);
      sum2 =
          x.fma(
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w2 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0),
              sum2);
      sum3 =
          x.fma(
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, w3 + row, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0),
              sum3);
    }
    long to = out & ADDRESSES;
    sum0.intoMemorySegment(MEMORY, to, ORDER);
    sum1.intoMemorySegment(MEMORY, to + WIDE_BYTES, ORDER);
    sum2.intoMemorySegment(MEMORY, to + 2 * WIDE_BYTES, ORDER);
    sum3.intoMemorySegment(MEMORY, to + 3 * WIDE_BYTES, ORDER);
  }
}
