package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;
import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sine and cosine, a wide vector at a time, as {@link ExponentialLoop} explains. x - k pi/2 is
 * taken with pi/2 in three parts (Cody and Waite, Software Manual for the Elementary Functions,
 * 1980), every rounding error kept, so that it is exact enough even next to a zero of the function.
 */
final class SineLoop {
  private SineLoop() {}

  /**
   * {@code n} floats, a multiple of a wide vector's length, from {@code in} to {@code out}, which
   * may be the same place. Ends before the first vector that holds a number above {@link
   * MathConstants#SIN_LARGE}, whose elements only {@link ScalarMath} computes.
   *
   * @param quarter 0 for the sine, 1 for the cosine
   * @return number of elements that were computed
   */
  static int run(int quarter, Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      if (x.abs().compare(VectorOperators.GT, SIN_LARGE).anyTrue()) {
        return i;
      }
      FloatVector shifted = x.fma(broadcast(WIDE, TWO_OVER_PI), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector t = k.fma(broadcast(WIDE, -HALF_PI_HIGH), x);
      FloatVector middle = k.mul(HALF_PI_MIDDLE);
      FloatVector middleLow = k.fma(broadcast(WIDE, HALF_PI_MIDDLE), middle.neg());
      FloatVector r = t.sub(middle);
      FloatVector back = r.sub(t);
      FloatVector low = t.sub(r.sub(back)).sub(middle.add(back)).sub(middleLow);
      low = k.fma(broadcast(WIDE, -HALF_PI_LOW), low);

      FloatVector z = r.mul(r);
      FloatVector p = z.fma(broadcast(WIDE, SIN_9), broadcast(WIDE, SIN_7));
      p = p.fma(z, broadcast(WIDE, SIN_5));
      p = p.fma(z, broadcast(WIDE, SIN_3));
      FloatVector sine = r.mul(z).fma(p, low).add(r);
      // Where the square vanishes k is 0, and the zero may have a sign.
      sine = sine.blend(x, z.eq(0f));
      FloatVector q = z.fma(broadcast(WIDE, COS_8), broadcast(WIDE, COS_6));
      q = q.fma(z, broadcast(WIDE, COS_4));
      q = z.mul(z).fma(q, r.mul(low).neg());
      FloatVector half = z.mul(0.5f);
      FloatVector rest = broadcast(WIDE, 1f).sub(half);
      FloatVector cosine = broadcast(WIDE, 1f).sub(rest).sub(half).add(q).add(rest);

      IntVector quadrant = shifted.reinterpretAsInts().add(quarter);
      VectorMask<Float> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(WIDE);
      FloatVector y = sine.blend(cosine, odd);
      IntVector sign = quadrant.lanewise(VectorOperators.LSHL, 30).and(SIGN_BIT);
      y = y.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
    return n;
  }
}
