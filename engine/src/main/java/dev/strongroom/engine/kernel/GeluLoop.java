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
 * x / 2 * (1 + erf(x / sqrt(2))), a wide vector at a time, as {@link ExponentialLoop} explains. It
 * is -|x| Q or x - |x| Q, where Q is the tail of the normal distribution beyond |x|: half of
 * erfc(|x| / sqrt(2)), so the result is as exact for x far below 0 as elsewhere. Q is exp(-x^2 / 2)
 * times a function that falls like 1 / |x|: W(s) / (1 + c |x|) with s = |x| / (1 + c |x|), of which
 * W is smooth. Parts called low are what rounding took away from their neighbours.
 */
final class GeluLoop {
  private GeluLoop() {}

  static void run(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(WIDE, a.scale());
    FloatVector shift = broadcast(WIDE, a.shift());
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector t = x.abs();
      t = t.blend(GELU_TAIL, t.compare(VectorOperators.GT, GELU_TAIL));
      FloatVector d = t.fma(broadcast(WIDE, GELU_C), broadcast(WIDE, 1f));
      FloatVector dLow = t.fma(broadcast(WIDE, GELU_C), broadcast(WIDE, 1f).sub(d));
      FloatVector inverse = broadcast(WIDE, 1f).div(d);
      FloatVector quotient = t.mul(inverse);
      FloatVector rest = quotient.neg().fma(d, t);
      rest = quotient.neg().fma(dLow, rest).mul(inverse);
      FloatVector s = quotient.add(rest);
      FloatVector sLow = rest.sub(s.sub(quotient));
      FloatVector u = s.sub(GELU_CENTRE);
      FloatVector w = u.fma(broadcast(WIDE, GELU_10), broadcast(WIDE, GELU_9));
      w = w.fma(u, broadcast(WIDE, GELU_8));
      w = w.fma(u, broadcast(WIDE, GELU_7));
      w = w.fma(u, broadcast(WIDE, GELU_6));
      w = w.fma(u, broadcast(WIDE, GELU_5));
      w = w.fma(u, broadcast(WIDE, GELU_4));
      w = w.fma(u, broadcast(WIDE, GELU_3));
      w = w.fma(u, broadcast(WIDE, GELU_2));
      w = w.fma(u, broadcast(WIDE, GELU_1));
      w = w.fma(u, broadcast(WIDE, GELU_0));
      FloatVector base = s.mul(GELU_BASE);
      FloatVector product = w.fma(s, base);
      FloatVector productLow = w.fma(s, base.sub(product));
      productLow = w.add(GELU_SLOPE).fma(sLow, productLow);

      FloatVector half = t.mul(-0.5f);
      FloatVector power = half.mul(t);
      FloatVector powerLow = half.fma(t, power.neg());
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector high = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      powerLow = k.fma(broadcast(WIDE, -LN2_LOW), powerLow);
      FloatVector r = high.add(powerLow);
      FloatVector q = r.fma(broadcast(WIDE, SHORT_EXP_6), broadcast(WIDE, SHORT_EXP_5));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_4));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_3));
      q = q.fma(r, broadcast(WIDE, SHORT_EXP_2));
      q = r.mul(r).fma(q, powerLow);
      FloatVector e = high.add(1f);
      FloatVector eLow = high.sub(e.sub(1f)).add(q);
      productLow = eLow.fma(product, productLow);
      product = product.fma(e, productLow);
      product =
          product.mul(
              shifted
                  .reinterpretAsInts()
                  .lanewise(VectorOperators.LSHL, 23)
                  .add(RAISED_BITS)
                  .reinterpretAsFloats());
      product = product.mul(LOWER);
      FloatVector y = x.sub(product).blend(product.neg(), x.lt(0f));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
