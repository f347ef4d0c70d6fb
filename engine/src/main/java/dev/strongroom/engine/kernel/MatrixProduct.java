package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANE_NUMBERS;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.OFFSETS;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANE_NUMBERS;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One product of two matrices, three ways; steps are in bytes.
 *
 * @param rows M
 * @param columns N
 * @param depth K, the summed dimension
 */
record MatrixProduct(
    int rows,
    int columns,
    int depth,
    long aRow,
    long aDepth,
    long bDepth,
    long bColumn,
    long outRow,
    long outColumn,
    Activation activation) {

  /** Rows in a tile of two vectors of columns: what AVX2 has registers for, see ConvLoops. */
  private static final int ROWS_BY_TWO = 5;

  /** Rows in a tile of one vector of columns. */
  private static final int ROWS_BY_ONE = 6;

  private static final int TILE_COLUMNS = 2 * WIDE_LANES;

  /** Needs consecutive columns of b and out. */
  void alongColumns(long a, long b, long out) {
    int whole = columns / TILE_COLUMNS * TILE_COLUMNS;
    for (int m = 0; m < rows; m += ROWS_BY_TWO) {
      for (int n = 0; n < whole; n += TILE_COLUMNS) {
        long skip = (long) n * Float.BYTES;
        long to = out + m * outRow + skip;
        tile(a + m * aRow, b + skip, to, Math.min(ROWS_BY_TWO, rows - m));
      }
    }
    for (int m = 0; m < rows; m += ROWS_BY_ONE) {
      for (int n = whole; n < columns; n += WIDE_LANES) {
        long skip = (long) n * Float.BYTES;
        long to = out + m * outRow + skip;
        narrowTile(a + m * aRow, b + skip, to, Math.min(ROWS_BY_ONE, rows - m), columns - n);
      }
    }
  }

  /** Up to five rows by two wide vectors of columns; missing rows repeat the last one. */
  private void tile(long a0, long b, long out, int tileRows) {
    long x0 = a0 & ADDRESSES;
    long x1 = (a0 + Math.min(1, tileRows - 1) * aRow) & ADDRESSES;
    long x2 = (a0 + Math.min(2, tileRows - 1) * aRow) & ADDRESSES;
    long x3 = (a0 + Math.min(3, tileRows - 1) * aRow) & ADDRESSES;
    long x4 = (a0 + Math.min(4, tileRows - 1) * aRow) & ADDRESSES;
    long y = b & ADDRESSES;
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
    for (int k = 0; k < depth; k++) {
      long at = (k * aDepth) & OFFSETS;
      long row = (k * bDepth) & OFFSETS;
      FloatVector b0 = fromMemorySegment(WIDE, MEMORY, y + row, ORDER);
      FloatVector b1 = fromMemorySegment(WIDE, MEMORY, y + row + WIDE_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at));
      sum00 = x.fma(b0, sum00);
      sum01 = x.fma(b1, sum01);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at));
      sum10 = x.fma(b0, sum10);
      sum11 = x.fma(b1, sum11);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at));
      sum20 = x.fma(b0, sum20);
      sum21 = x.fma(b1, sum21);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at));
      sum30 = x.fma(b0, sum30);
      sum31 = x.fma(b1, sum31);
      x = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at));
      sum40 = x.fma(b0, sum40);
      sum41 = x.fma(b1, sum41);
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, tileRows - 1) * outRow) & ADDRESSES;
    long out2 = (out + Math.min(2, tileRows - 1) * outRow) & ADDRESSES;
    long out3 = (out + Math.min(3, tileRows - 1) * outRow) & ADDRESSES;
    long out4 = (out + Math.min(4, tileRows - 1) * outRow) & ADDRESSES;
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

  /** Up to six rows by the first {@code lanes} of a wide vector of columns, under a mask. */
  private void narrowTile(long a0, long b, long out, int tileRows, int lanes) {
    VectorMask<Float> mask = WIDE_LANE_NUMBERS.lt((float) lanes);
    long x0 = a0 & ADDRESSES;
    long x1 = (a0 + Math.min(1, tileRows - 1) * aRow) & ADDRESSES;
    long x2 = (a0 + Math.min(2, tileRows - 1) * aRow) & ADDRESSES;
    long x3 = (a0 + Math.min(3, tileRows - 1) * aRow) & ADDRESSES;
    long x4 = (a0 + Math.min(4, tileRows - 1) * aRow) & ADDRESSES;
    long x5 = (a0 + Math.min(5, tileRows - 1) * aRow) & ADDRESSES;
    long y = b & ADDRESSES;
    FloatVector sum0 = FloatVector.zero(WIDE);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int k = 0; k < depth; k++) {
      long at = (k * aDepth) & OFFSETS;
      long row = (k * bDepth) & OFFSETS;
      FloatVector b0 = fromMemorySegment(WIDE, MEMORY, y + row, ORDER, mask);
      sum0 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x0 + at)).fma(b0, sum0);
      sum1 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x1 + at)).fma(b0, sum1);
      sum2 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x2 + at)).fma(b0, sum2);
      sum3 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x3 + at)).fma(b0, sum3);
      sum4 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x4 + at)).fma(b0, sum4);
      sum5 = FloatVector.broadcast(WIDE, MEMORY.get(FLOAT, x5 + at)).fma(b0, sum5);
    }
    long out0 = out & ADDRESSES;
    long out1 = (out + Math.min(1, tileRows - 1) * outRow) & ADDRESSES;
    long out2 = (out + Math.min(2, tileRows - 1) * outRow) & ADDRESSES;
    long out3 = (out + Math.min(3, tileRows - 1) * outRow) & ADDRESSES;
    long out4 = (out + Math.min(4, tileRows - 1) * outRow) & ADDRESSES;
    long out5 = (out + Math.min(5, tileRows - 1) * outRow) & ADDRESSES;
    sum0.intoMemorySegment(MEMORY, out0, ORDER, mask);
    sum1.intoMemorySegment(MEMORY, out1, ORDER, mask);
    sum2.intoMemorySegment(MEMORY, out2, ORDER, mask);
    sum3.intoMemorySegment(MEMORY, out3, ORDER, mask);
    sum4.intoMemorySegment(MEMORY, out4, ORDER, mask);
    sum5.intoMemorySegment(MEMORY, out5, ORDER, mask);
  }

  /** Needs both operands consecutive along the depth. */
  void alongDepth(long a, long b, long out) {
    for (int m = 0; m < rows; m++) {
      for (int n = 0; n < columns; n += 4) {
        fourDots(a + m * aRow, b + n * bColumn, out + m * outRow + n * outColumn, columns - n);
      }
    }
  }

  /** Four columns of one row; missing columns repeat the last one. */
  private void fourDots(long a, long b0, long out, int count) {
    int last = Math.min(4, count) - 1;
    long b1 = b0 + Math.min(1, last) * bColumn;
    long b2 = b0 + Math.min(2, last) * bColumn;
    long b3 = b0 + Math.min(3, last) * bColumn;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int whole = depth & -LANES;
    for (int k = 0; k < whole; k += LANES) {
      long at = (long) k * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER);
      sum0 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b0 & ADDRESSES) + at, ORDER), sum0);
      sum1 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b1 & ADDRESSES) + at, ORDER), sum1);
      sum2 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b2 & ADDRESSES) + at, ORDER), sum2);
      sum3 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b3 & ADDRESSES) + at, ORDER), sum3);
    }
    if (whole < depth) {
      VectorMask<Float> mask = LANE_NUMBERS.lt((float) (depth - whole));
      long at = (long) whole * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER, mask);
      sum0 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b0 & ADDRESSES) + at, ORDER, mask), sum0);
      sum1 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b1 & ADDRESSES) + at, ORDER, mask), sum1);
      sum2 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b2 & ADDRESSES) + at, ORDER, mask), sum2);
      sum3 = x.fma(fromMemorySegment(SPECIES, MEMORY, (b3 & ADDRESSES) + at, ORDER, mask), sum3);
    }
    putFloat(
        out,
        ((sum0.lane(0) + sum0.lane(4)) + (sum0.lane(2) + sum0.lane(6)))
            + ((sum0.lane(1) + sum0.lane(5)) + (sum0.lane(3) + sum0.lane(7))));
    putFloat(
        out + Math.min(1, last) * outColumn,
        ((sum1.lane(0) + sum1.lane(4)) + (sum1.lane(2) + sum1.lane(6)))
            + ((sum1.lane(1) + sum1.lane(5)) + (sum1.lane(3) + sum1.lane(7))));
    putFloat(
        out + Math.min(2, last) * outColumn,
        ((sum2.lane(0) + sum2.lane(4)) + (sum2.lane(2) + sum2.lane(6)))
            + ((sum2.lane(1) + sum2.lane(5)) + (sum2.lane(3) + sum2.lane(7))));
    putFloat(
        out + Math.min(3, last) * outColumn,
        ((sum3.lane(0) + sum3.lane(4)) + (sum3.lane(2) + sum3.lane(6)))
            + ((sum3.lane(1) + sum3.lane(5)) + (sum3.lane(3) + sum3.lane(7))));
  }

  /** Any strides. */
  void oneByOne(long a, long b, long out) {
    for (int m = 0; m < rows; m++) {
      for (int n = 0; n < columns; n++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum =
              Math.fma(
                  getFloat(a + m * aRow + k * aDepth), getFloat(b + k * bDepth + n * bColumn), sum);
        }
        putFloat(out + m * outRow + n * outColumn, sum);
      }
    }
  }

  /** The activation, where the columns of out are not consecutive. */
  void activateOneByOne(long out) {
    for (int m = 0; m < rows; m++) {
      for (int n = 0; n < columns; n++) {
        long at = out + m * outRow + n * outColumn;
        putFloat(at, ActivationLoops.scalar(activation, getFloat(at)));
      }
    }
  }
}
