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
 * The error function, a wide vector at a time, as {@link ExponentialLoop} explains: near 0 a
 * polynomial of its own, elsewhere 1 less the exponential of the logarithm of erfc, of which a
 * polynomial is enough.
 */
final class ErrorFunctionLoop {
  private ErrorFunctionLoop() {}

  static void run(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector t = x.abs();
      FloatVector z = t.mul(t);
      FloatVector p = z.fma(broadcast(WIDE, ERF_6), broadcast(WIDE, ERF_5));
      p = p.fma(z, broadcast(WIDE, ERF_4));
      p = p.fma(z, broadcast(WIDE, ERF_3));
      p = p.fma(z, broadcast(WIDE, ERF_2));
      p = p.fma(z, broadcast(WIDE, ERF_1));
      p = p.fma(z, broadcast(WIDE, ERF_0));
      FloatVector small = p.fma(t, t);

      t = t.blend(ERF_ONE, t.compare(VectorOperators.GT, ERF_ONE));
      FloatVector power = t.fma(broadcast(WIDE, ERFC_7), broadcast(WIDE, ERFC_6));
      power = power.fma(t, broadcast(WIDE, ERFC_5));
      power = power.fma(t, broadcast(WIDE, ERFC_4));
      power = power.fma(t, broadcast(WIDE, ERFC_3));
      power = power.fma(t, broadcast(WIDE, ERFC_2));
      power = power.fma(t, broadcast(WIDE, ERFC_1));
      power = power.fma(t, broadcast(WIDE, ERFC_0));
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector q = r.fma(broadcast(WIDE, SHORT_EXP_6), broadcast(WIDE, SHORT_EXP_5));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_4));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_3));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_2));
      FloatVector e = q.mul(r).fma(r, r).add(1f);
      FloatVector factor =
          shifted
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(ONE_BITS)
              .reinterpretAsFloats();
      FloatVector large = factor.neg().fma(e, broadcast(WIDE, 1f));
      FloatVector magnitude = large.blend(small, t.lt(ERF_SMALL));
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      FloatVector y = magnitude.reinterpretAsInts().and(~SIGN_BIT).or(sign).reinterpretAsFloats();
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
