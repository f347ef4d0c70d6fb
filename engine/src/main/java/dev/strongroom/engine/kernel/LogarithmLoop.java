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
 * Natural logarithm, a wide vector at a time, as {@link ExponentialLoop} explains: k ln 2 + log(1 +
 * f) with x = 2^k (1 + f) and f within a third of 0.
 */
final class LogarithmLoop {
  private LogarithmLoop() {}

  static void run(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      VectorMask<Float> subnormal = x.lt(Float.MIN_NORMAL);
      FloatVector normal = x.blend(x.mul(LOG_RAISE), subnormal);
      IntVector bits = normal.reinterpretAsInts();
      IntVector exponent = bits.sub(LOG_LOWEST_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector f =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
      FloatVector k = (FloatVector) exponent.convertShape(VectorOperators.I2F, WIDE, 0);
      k = k.sub(broadcast(WIDE, 0f).blend(LOG_RAISED, subnormal));
      FloatVector p = f.fma(broadcast(WIDE, LOG_10), broadcast(WIDE, LOG_9));
      p = p.fma(f, broadcast(WIDE, LOG_8));
      p = p.fma(f, broadcast(WIDE, LOG_7));
      p = p.fma(f, broadcast(WIDE, LOG_6));
      p = p.fma(f, broadcast(WIDE, LOG_5));
      p = p.fma(f, broadcast(WIDE, LOG_4));
      p = p.fma(f, broadcast(WIDE, LOG_3));
      p = p.fma(f, broadcast(WIDE, LOG_2));
      p = k.fma(broadcast(WIDE, LN2_LOW), p.mul(f.mul(f)));
      FloatVector y = k.fma(broadcast(WIDE, LN2_HIGH), p.add(f));
      y = y.blend(Float.NaN, x.lt(0f));
      y = y.blend(Float.NEGATIVE_INFINITY, x.eq(0f));
      y = y.blend(x, x.compare(VectorOperators.LE, Float.MAX_VALUE).not());
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
