package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Saturation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Saturation} of floats. Clamping comes first, which changes nothing since its bounds are
 * whole numbers: what is left is so small that adding {@link #ROUND}, a float whose last bit is
 * worth 1, rounds it half to even and leaves the integer in the last bits of the sum.
 */
final class Rounding {
  /** 1.5 * 2^23. */
  static final float ROUND = 12582912f;

  /** What is added to the bits of a rounded sum: gives the integer, with the zero point. */
  final int move;

  final float lowest;
  final float highest;

  Rounding(Saturation saturation) {
    this.move = saturation.zeroPoint() - Float.floatToRawIntBits(ROUND);
    this.lowest = saturation.lowest() - saturation.zeroPoint();
    this.highest = saturation.highest() - saturation.zeroPoint();
  }

  /** One element: the same bits as in a run. */
  byte scalar(float x) {
    float v = Float.isNaN(x) ? 0f : x;
    v = v < lowest ? lowest : v;
    v = v > highest ? highest : v;
    return (byte) (Float.floatToRawIntBits(v + ROUND) + move);
  }

  /** {@code n} floats from {@code in} to bytes at {@code out}. */
  void run(long in, long out, int n) {
    int whole = n & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(lowest, v.lt(lowest));
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v.add(ROUND)
          .reinterpretAsInts()
          .add(move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
    for (int i = whole; i < n; i++) {
      putByte(out + i, scalar(getFloat(in + (long) i * Float.BYTES)));
    }
  }

  /** {@code n} floats from {@code in}, each divided by {@code scale}, to bytes at {@code out}. */
  void divided(long in, float scale, long out, int n) {
    int whole = n & -LANES;
    FloatVector divisor = broadcast(SPECIES, scale);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v =
          fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + (long) i * Float.BYTES, ORDER);
      v = v.div(divisor);
      v = v.blend(0f, v.compare(VectorOperators.NE, v));
      v = v.blend(lowest, v.lt(lowest));
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v.add(ROUND)
          .reinterpretAsInts()
          .add(move)
          .convertShape(VectorOperators.I2B, BYTES, 0)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + i, ORDER);
    }
    for (int i = whole; i < n; i++) {
      putByte(out + i, scalar(getFloat(in + (long) i * Float.BYTES) / scale));
    }
  }
}
