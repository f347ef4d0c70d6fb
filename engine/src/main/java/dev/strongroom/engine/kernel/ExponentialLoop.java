package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;
import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e to the power x + parameter, a wide vector at a time. As in all loops over elementary functions,
 * every operation is rounded as IEEE 754 says and {@link ScalarMath} performs the same ones in the
 * same order, so that an element has one value no matter whether a vector or a tail computes it.
 *
 * <p>Every function has a loop of its own with all of its arithmetic: a vector function of our own
 * would not be inlined reliably (see {@link UncheckedMemory}), and where branches on the function
 * join within a loop, C2 makes objects of the vectors. Clamps are a comparison and a blend, which
 * x86 does in two instructions; its minimum does not treat NaN and -0 as Java's does, which costs
 * {@code min} and {@code max} four more.
 */
final class ExponentialLoop {
  private ExponentialLoop() {}

  /**
   * {@code n} floats, a multiple of a wide vector's length, from {@code in} to {@code out}, which
   * may be the same place: {@code scale * exp(x + parameter) + shift}.
   */
  static void run(float parameter, long in, long out, int n, float scale, float shift) {
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      x = x.add(parameter);
      x = x.blend(EXP_LOWEST, x.lt(EXP_LOWEST));
      x = x.blend(EXP_HIGHEST, x.compare(VectorOperators.GT, EXP_HIGHEST));
      FloatVector shifted = x.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), x);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector q = r.fma(broadcast(WIDE, EXP_7), broadcast(WIDE, EXP_6));
      q = q.fma(r, broadcast(WIDE, EXP_5));
      q = q.fma(r, broadcast(WIDE, EXP_4));
      q = q.fma(r, broadcast(WIDE, EXP_3));
      q = q.fma(r, broadcast(WIDE, EXP_2));
      FloatVector y = q.mul(r).fma(r, r).add(1f);
      // Two factors, since 2^k itself may lie outside the normal numbers while the result does not.
      IntVector exponent = shifted.reinterpretAsInts();
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      y = y.mul(half.lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats());
      y = y.mul(rest.lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats());
      y.fma(broadcast(WIDE, scale), broadcast(WIDE, shift))
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
