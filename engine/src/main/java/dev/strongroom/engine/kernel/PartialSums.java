package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_OF_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_OF_INTS;
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
 * What happens to the sums of a convolution with quantised weights, which lie in the step's
 * workspace as rows of a few vectors of channels. A piece of a sum is a float that holds it exactly
 * (or, with F32 inputs, a short chain). Where a sum has several, {@link #add} adds each to the
 * totals, which are integers (or floats), and {@link #toFloats} rounds these. {@link #finish} makes
 * outputs of floats.
 */
final class PartialSums {
  private static final int MULTIPLIERS = PackedWeights.PANEL * Integer.BYTES;

  private final long weights;
  private final long panelBytes;
  private final boolean integers;
  private final boolean bytesOut;
  private final int outBytes;
  private final Activation activation;
  private final boolean activates;
  private final Rounding rounding;

  /**
   * @param weights where they lie, packed as {@link PackedWeights#quantizedConv} says
   * @param panelBytes bytes from a panel of them to the next one
   */
  PartialSums(
      long weights,
      long panelBytes,
      ElementType in,
      View out,
      Activation activation,
      Saturation saturation) {
    this.weights = weights;
    this.panelBytes = panelBytes;
    this.integers = in == ElementType.I8;
    this.bytesOut = out.type() == ElementType.I8;
    this.outBytes = out.type().bytes();
    this.activation = activation;
    this.activates = !activation.isNone();
    this.rounding = new Rounding(saturation);
  }

  /** Where the panel begins that has the weights of a vector of channels, and in it they. */
  long panel(int channel) {
    return weights + channel / PackedWeights.PANEL * panelBytes + channel % PackedWeights.PANEL;
  }

  /** Where a channel's bias lies; its multiplier follows behind the panel's biases. */
  private long header(int channel) {
    return weights
        + channel / PackedWeights.PANEL * panelBytes
        + (long) (channel % PackedWeights.PANEL) * Float.BYTES;
  }

  /** Adds pieces, {@code bytes} bytes of them, to their totals, which begin with the first one. */
  void add(long piece, long totals, int bytes, boolean first) {
    if (integers) {
      addIntegers(piece, totals, bytes, first ? 0 : -1);
    } else if (first) {
      ByteLoops.copy(piece, totals, bytes / Float.BYTES);
    } else {
      addFloats(piece, totals, bytes);
    }
  }

  private static void addIntegers(long piece, long totals, int bytes, int kept) {
    for (int i = 0; i < bytes; i += WIDE_BYTES) {
      IntVector before =
          IntVector.fromMemorySegment(WIDE_OF_INTS, MEMORY, (totals & ADDRESSES) + i, ORDER);
      before
          .and(kept)
          .add(
              fromMemorySegment(WIDE, MEMORY, (piece & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.F2I, WIDE_OF_INTS, 0))
          .intoMemorySegment(MEMORY, (totals & ADDRESSES) + i, ORDER);
    }
  }

  private static void addFloats(long piece, long totals, int bytes) {
    for (int i = 0; i < bytes; i += WIDE_BYTES) {
      fromMemorySegment(WIDE, MEMORY, (totals & ADDRESSES) + i, ORDER)
          .add(fromMemorySegment(WIDE, MEMORY, (piece & ADDRESSES) + i, ORDER))
          .intoMemorySegment(MEMORY, (totals & ADDRESSES) + i, ORDER);
    }
  }

  /** Makes floats of totals, each rounded once. */
  void toFloats(long totals, int bytes) {
    if (!integers) {
      return;
    }
    for (int i = 0; i < bytes; i += WIDE_BYTES) {
      IntVector.fromMemorySegment(WIDE_OF_INTS, MEMORY, (totals & ADDRESSES) + i, ORDER)
          .convertShape(VectorOperators.I2F, WIDE, 0)
          .intoMemorySegment(MEMORY, (totals & ADDRESSES) + i, ORDER);
    }
  }

  /**
   * Scales, activates, rounds and stores the sums of a few pixels, which are overwritten.
   *
   * @param sums where the first pixel's row of them is
   * @param rowBytes of a row, a multiple of a wide vector's
   * @param channel the first one
   * @param lanes channels that there are
   * @param outs where each pixel's channel 0 goes
   */
  void finish(long sums, int rowBytes, int pixels, int channel, int lanes, long[] outs) {
    if (bytesOut && !activates) {
      for (int lane = 0; lane < lanes; lane += WIDE_LANES) {
        long row = sums + (long) lane * Float.BYTES;
        int n = Math.min(WIDE_LANES, lanes - lane);
        toBytes(row, rowBytes, pixels, header(channel + lane), channel + lane, n, outs);
      }
      return;
    }
    for (int lane = 0; lane < lanes; lane += WIDE_LANES) {
      scale(sums + (long) lane * Float.BYTES, rowBytes, pixels, header(channel + lane));
    }
    if (activates) {
      ActivationLoops.run(activation, sums, sums, pixels * rowBytes / Float.BYTES);
    }
    for (int p = 0; p < pixels; p++) {
      long row = sums + (long) p * rowBytes;
      long out = outs[p] + (long) channel * outBytes;
      if (bytesOut) {
        rounding.run(row, out, lanes);
      } else {
        ByteLoops.copy(row, out, lanes);
      }
    }
  }

  /** One vector of channels of each pixel, times their multipliers, plus their biases. */
  private static void scale(long sums, int rowBytes, int pixels, long header) {
    FloatVector factor = fromMemorySegment(WIDE, MEMORY, (header + MULTIPLIERS) & ADDRESSES, ORDER);
    FloatVector bias = fromMemorySegment(WIDE, MEMORY, header & ADDRESSES, ORDER);
    for (int p = 0; p < pixels; p++) {
      long row = (sums + (long) p * rowBytes) & ADDRESSES;
      fromMemorySegment(WIDE, MEMORY, row, ORDER)
          .mul(factor)
          .add(bias)
          .intoMemorySegment(MEMORY, row, ORDER);
    }
  }

  /** The same, and rounded to bytes as {@link Rounding} does. */
  private void toBytes(
      long sums, int rowBytes, int pixels, long header, int channel, int lanes, long[] outs) {
    FloatVector factor = fromMemorySegment(WIDE, MEMORY, (header + MULTIPLIERS) & ADDRESSES, ORDER);
    FloatVector bias = fromMemorySegment(WIDE, MEMORY, header & ADDRESSES, ORDER);
    float lowest = rounding.lowest;
    float highest = rounding.highest;
    for (int p = 0; p < pixels; p++) {
      long row = sums + (long) p * rowBytes;
      long out = outs[p] + channel;
      FloatVector v = fromMemorySegment(WIDE, MEMORY, row & ADDRESSES, ORDER);
      v = v.mul(factor).add(bias);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(lowest, v.lt(lowest));
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      // What does not fill a vector goes where the sums were, and byte by byte from there.
      v.add(Rounding.ROUND)
          .reinterpretAsInts()
          .add(rounding.move)
          .convertShape(VectorOperators.I2B, WIDE_OF_BYTES, 0)
          .intoMemorySegment(MEMORY, (lanes < WIDE_LANES ? row : out) & ADDRESSES, ORDER);
      if (lanes < WIDE_LANES) {
        copyBytes(row, out, lanes);
      }
    }
  }

  private static void copyBytes(long in, long out, int n) {
    int i = 0;
    for (; i <= n - Long.BYTES; i += Long.BYTES) {
      UncheckedMemory.putLong(out + i, UncheckedMemory.getLong(in + i));
    }
    for (; i < n; i++) {
      UncheckedMemory.putByte(out + i, UncheckedMemory.getByte(in + i));
    }
  }
}
