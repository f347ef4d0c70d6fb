package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.broadcast;
import static dev.strongroom.engine.kernel.UncheckedMemory.firstLanes;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.load;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.store;

import dev.strongroom.program.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

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

  private static final int TILE_ROWS = 6;
  private static final int TILE_COLUMNS = 2 * LANES;

  /** Needs consecutive columns of b and out. */
  void alongColumns(long a, long b, long out) {
    for (int m = 0; m < rows; m += TILE_ROWS) {
      int tileRows = Math.min(TILE_ROWS, rows - m);
      long aTile = a + m * aRow;
      long outTile = out + m * outRow;
      int n = 0;
      for (; n <= columns - TILE_COLUMNS; n += TILE_COLUMNS) {
        tile(aTile, b + (long) n * Float.BYTES, outTile + (long) n * Float.BYTES, tileRows);
      }
      for (; n < columns; n += LANES) {
        narrowTile(
            aTile,
            b + (long) n * Float.BYTES,
            outTile + (long) n * Float.BYTES,
            tileRows,
            columns - n);
      }
    }
  }

  /** Up to six rows by sixteen columns; missing rows repeat the last one. */
  private void tile(long a0, long b, long out, int tileRows) {
    long a1 = a0 + Math.min(1, tileRows - 1) * aRow;
    long a2 = a0 + Math.min(2, tileRows - 1) * aRow;
    long a3 = a0 + Math.min(3, tileRows - 1) * aRow;
    long a4 = a0 + Math.min(4, tileRows - 1) * aRow;
    long a5 = a0 + Math.min(5, tileRows - 1) * aRow;
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
    for (int k = 0; k < depth; k++) {
      long at = k * aDepth;
      FloatVector b0 = load(b + k * bDepth);
      FloatVector b1 = load(b + k * bDepth + VECTOR_BYTES);
      FloatVector x = broadcast(a0 + at);
      sum00 = x.fma(b0, sum00);
      sum01 = x.fma(b1, sum01);
      x = broadcast(a1 + at);
      sum10 = x.fma(b0, sum10);
      sum11 = x.fma(b1, sum11);
      x = broadcast(a2 + at);
      sum20 = x.fma(b0, sum20);
      sum21 = x.fma(b1, sum21);
      x = broadcast(a3 + at);
      sum30 = x.fma(b0, sum30);
      sum31 = x.fma(b1, sum31);
      x = broadcast(a4 + at);
      sum40 = x.fma(b0, sum40);
      sum41 = x.fma(b1, sum41);
      x = broadcast(a5 + at);
      sum50 = x.fma(b0, sum50);
      sum51 = x.fma(b1, sum51);
    }
    long out1 = out + Math.min(1, tileRows - 1) * outRow;
    long out2 = out + Math.min(2, tileRows - 1) * outRow;
    long out3 = out + Math.min(3, tileRows - 1) * outRow;
    long out4 = out + Math.min(4, tileRows - 1) * outRow;
    long out5 = out + Math.min(5, tileRows - 1) * outRow;
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

  /** Up to six rows by the first {@code lanes} of eight columns, under a mask. */
  private void narrowTile(long a0, long b, long out, int tileRows, int lanes) {
    VectorMask<Float> mask = firstLanes(lanes);
    long a1 = a0 + Math.min(1, tileRows - 1) * aRow;
    long a2 = a0 + Math.min(2, tileRows - 1) * aRow;
    long a3 = a0 + Math.min(3, tileRows - 1) * aRow;
    long a4 = a0 + Math.min(4, tileRows - 1) * aRow;
    long a5 = a0 + Math.min(5, tileRows - 1) * aRow;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    for (int k = 0; k < depth; k++) {
      long at = k * aDepth;
      FloatVector b0 = load(b + k * bDepth, mask);
      sum0 = broadcast(a0 + at).fma(b0, sum0);
      sum1 = broadcast(a1 + at).fma(b0, sum1);
      sum2 = broadcast(a2 + at).fma(b0, sum2);
      sum3 = broadcast(a3 + at).fma(b0, sum3);
      sum4 = broadcast(a4 + at).fma(b0, sum4);
      sum5 = broadcast(a5 + at).fma(b0, sum5);
    }
    store(out, sum0, mask);
    store(out + Math.min(1, tileRows - 1) * outRow, sum1, mask);
    store(out + Math.min(2, tileRows - 1) * outRow, sum2, mask);
    store(out + Math.min(3, tileRows - 1) * outRow, sum3, mask);
    store(out + Math.min(4, tileRows - 1) * outRow, sum4, mask);
    store(out + Math.min(5, tileRows - 1) * outRow, sum5, mask);
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
      FloatVector x = load(a + at);
      sum0 = x.fma(load(b0 + at), sum0);
      sum1 = x.fma(load(b1 + at), sum1);
      sum2 = x.fma(load(b2 + at), sum2);
      sum3 = x.fma(load(b3 + at), sum3);
    }
    if (whole < depth) {
      VectorMask<Float> mask = firstLanes(depth - whole);
      long at = (long) whole * Float.BYTES;
      FloatVector x = load(a + at, mask);
      sum0 = x.fma(load(b0 + at, mask), sum0);
      sum1 = x.fma(load(b1 + at, mask), sum1);
      sum2 = x.fma(load(b2 + at, mask), sum2);
      sum3 = x.fma(load(b3 + at, mask), sum3);
    }
    putFloat(out, sum0.reduceLanes(VectorOperators.ADD));
    putFloat(out + Math.min(1, last) * outColumn, sum1.reduceLanes(VectorOperators.ADD));
    putFloat(out + Math.min(2, last) * outColumn, sum2.reduceLanes(VectorOperators.ADD));
    putFloat(out + Math.min(3, last) * outColumn, sum3.reduceLanes(VectorOperators.ADD));
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
