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
import jdk.incubator.vector.VectorOperators;

/**
 * Hyperbolic tangent, a wide vector at a time, as {@link ExponentialLoop} explains: -m / (m + 2)
 * with m = exp(-2 |x|) - 1, and the sign of x. With exp = 2^k (1 + p), m is 2^k p + (2^k - 1): for
 * small x, where k is 0, nothing cancels.
 */
final class TanhLoop {
  private TanhLoop() {}

  static void run(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector power = x.abs().mul(-2f);
      power = power.blend(TANH_LOWEST, power.lt(TANH_LOWEST));
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector q = r.fma(broadcast(WIDE, SHORT_EXP_6), broadcast(WIDE, SHORT_EXP_5));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_4));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_3));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_2));
      FloatVector p = q.mul(r).fma(r, r);
      FloatVector factor =
          shifted
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(ONE_BITS)
              .reinterpretAsFloats();
      FloatVector m = p.fma(factor, factor.sub(1f));
      FloatVector d = m.add(2f);
      FloatVector low = m.sub(d.sub(2f));
      FloatVector inverse = broadcast(WIDE, 1f).div(d);
      FloatVector quotient = m.mul(inverse);
      FloatVector rest = quotient.neg().fma(d, m);
      rest = quotient.neg().fma(low, rest);
      FloatVector magnitude = rest.fma(inverse, quotient);
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      FloatVector y = magnitude.reinterpretAsInts().and(~SIGN_BIT).or(sign).reinterpretAsFloats();
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
