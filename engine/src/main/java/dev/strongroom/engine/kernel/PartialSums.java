package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.INTS;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.VECTOR_BYTES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.View;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to the sums of a convolution with quantised weights. They lie in the step's
 * workspace as rows of sixteen channels: {@link #piece}, written by the kernel, is a sum of
 * products that a float holds exactly (or, with F32 inputs, a short chain); {@link #add} adds it to
 * the totals; {@link #finish} makes outputs of them.
 */
final class PartialSums {
  /** Rows at most: as many pixels as a tile has, or as many panels as one pixel is given. */
  static final int ROWS = 6;

  static final int ROW_BYTES = PackedWeights.PANEL * Float.BYTES;

  /** What both take of the workspace. */
  static final int BYTES_TAKEN = 2 * ROWS * ROW_BYTES;

  private static final int MULTIPLIERS = PackedWeights.PANEL * Integer.BYTES;

  /** Where the kernel writes rows. */
  final long piece;

  private final long totals;
  private final boolean integers;
  private final boolean bytesOut;
  private final Activation activation;
  private final boolean activates;
  private final Rounding rounding;

  PartialSums(
      long workspace, ElementType in, View out, Activation activation, Saturation saturation) {
    this.piece = workspace;
    this.totals = workspace + ROWS * ROW_BYTES;
    this.integers = in == ElementType.I8;
    this.bytesOut = out.type() == ElementType.I8;
    this.activation = activation;
    this.activates = !activation.isNone();
    this.rounding = new Rounding(saturation);
  }

  /** Adds the piece, of {@code rows} rows, to the totals, which begin with the first one. */
  void add(int rows, boolean first) {
    if (integers) {
      addIntegers(rows, first);
    } else if (first) {
      UncheckedMemory.copy(piece, totals, (long) rows * ROW_BYTES);
    } else {
      addFloats(rows);
    }
  }

  private void addIntegers(int rows, boolean first) {
    int kept = first ? 0 : -1;
    for (int i = 0; i < rows * ROW_BYTES; i += VECTOR_BYTES) {
      IntVector before = IntVector.fromMemorySegment(INTS, MEMORY, (totals & ADDRESSES) + i, ORDER);
      before
          .and(kept)
          .add(
              fromMemorySegment(SPECIES, MEMORY, (piece & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.F2I, INTS, 0))
          .intoMemorySegment(MEMORY, (totals & ADDRESSES) + i, ORDER);
    }
  }

  private void addFloats(int rows) {
    for (int i = 0; i < rows * ROW_BYTES; i += VECTOR_BYTES) {
      fromMemorySegment(SPECIES, MEMORY, (totals & ADDRESSES) + i, ORDER)
          .add(fromMemorySegment(SPECIES, MEMORY, (piece & ADDRESSES) + i, ORDER))
          .intoMemorySegment(MEMORY, (totals & ADDRESSES) + i, ORDER);
    }
  }

  /**
   * Scales, activates, rounds and stores {@code rows} rows of the totals.
   *
   * @param lanes channels of each row that there are
   * @param outStep bytes from where a row goes to where the next one does
   */
  void finish(int rows, long panel, long panelStep, int lanes, long out, long outStep) {
    for (int r = 0; r < rows; r++) {
      scale(totals + (long) r * ROW_BYTES, panel + r * panelStep);
    }
    if (activates) {
      ActivationLoops.run(activation, totals, totals, rows * PackedWeights.PANEL);
    }
    for (int r = 0; r < rows; r++) {
      long row = totals + (long) r * ROW_BYTES;
      if (bytesOut) {
        rounding.run(row, out + r * outStep, lanes);
      } else {
        store(row, out + r * outStep, lanes);
      }
    }
  }

  private void scale(long row, long panel) {
    for (int half = 0; half < 2 * VECTOR_BYTES; half += VECTOR_BYTES) {
      FloatVector factor =
          fromMemorySegment(SPECIES, MEMORY, (panel + MULTIPLIERS + half) & ADDRESSES, ORDER);
      FloatVector bias = fromMemorySegment(SPECIES, MEMORY, (panel & ADDRESSES) + half, ORDER);
      if (integers) {
        factor
            .mul(
                IntVector.fromMemorySegment(INTS, MEMORY, (row & ADDRESSES) + half, ORDER)
                    .convertShape(VectorOperators.I2F, SPECIES, 0))
            .add(bias)
            .intoMemorySegment(MEMORY, (row & ADDRESSES) + half, ORDER);
      } else {
        factor
            .mul(fromMemorySegment(SPECIES, MEMORY, (row & ADDRESSES) + half, ORDER))
            .add(bias)
            .intoMemorySegment(MEMORY, (row & ADDRESSES) + half, ORDER);
      }
    }
  }

  private static void store(long row, long out, int lanes) {
    int whole = lanes & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      long at = (long) i * Float.BYTES;
      fromMemorySegment(SPECIES, MEMORY, (row & ADDRESSES) + at, ORDER)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    for (int i = whole; i < lanes; i++) {
      long at = (long) i * Float.BYTES;
      UncheckedMemory.putFloat(out + at, UncheckedMemory.getFloat(row + at));
    }
  }
}
