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
import jdk.incubator.vector.VectorOperators;

/**
 * 1 / (1 + exp(-x)) and its product with x, a wide vector at a time, as {@link ExponentialLoop}
 * explains. With e = exp(-|x|), which neither overflows nor cancels, they are 1 / (1 + e) for x of
 * one sign and e / (1 + e) for the other. The quotient is made larger by what rounding added to d =
 * 1 + e, which is right where d is near 1, where rounding matters most, and never makes it worse.
 */
final class SigmoidLoop {
  private SigmoidLoop() {}

  static void sigmoid(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector power = x.abs().neg();
      power = power.blend(EXP_LOWEST, power.lt(EXP_LOWEST));
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector q = r.fma(broadcast(WIDE, SHORT_EXP_6), broadcast(WIDE, SHORT_EXP_5));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_4));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_3));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_2));
      FloatVector e = q.mul(r).fma(r, r).add(1f);
      e =
          e.mul(
              shifted
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHL, 23)
                  .add(RAISED_BITS)
                  .reinterpretAsFloats());
      e = e.mul(LOWER);
      FloatVector d = e.add(1f);
      FloatVector excess = d.sub(1f).sub(e);
      FloatVector quotient = broadcast(WIDE, 1f).blend(e, x.lt(0f)).div(d);
      FloatVector y = excess.fma(quotient, quotient);
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  /** x / (1 + exp(-alpha * x)). */
  static void swish(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector z = x.mul(a.alpha());
      FloatVector power = z.abs().neg();
      power = power.blend(EXP_LOWEST, power.lt(EXP_LOWEST));
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector q = r.fma(broadcast(WIDE, SHORT_EXP_6), broadcast(WIDE, SHORT_EXP_5));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_4));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_3));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_2));
      FloatVector e = q.mul(r).fma(r, r).add(1f);
      e =
          e.mul(
              shifted
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHL, 23)
                  .add(RAISED_BITS)
                  .reinterpretAsFloats());
      e = e.mul(LOWER);
      FloatVector d = e.add(1f);
      FloatVector excess = d.sub(1f).sub(e);
      FloatVector quotient = broadcast(WIDE, 1f).blend(e, z.lt(0f)).div(d);
      FloatVector y = excess.fma(quotient, quotient).mul(x);
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
