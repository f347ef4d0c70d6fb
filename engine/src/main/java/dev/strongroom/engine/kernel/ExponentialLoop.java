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
 * The functions that are an exponential with something before and something after it, a wide vector
 * at a time. Every operation is rounded as IEEE 754 says and {@link ScalarMath} performs the same
 * ones in the same order, so that an element has one value no matter whether a vector or a tail
 * computes it. NaN gives NaN.
 *
 * <p>One loop for all of them, because a vector function of our own would not be inlined reliably
 * (see {@link UncheckedMemory}); the branches on the function are the same ones in every iteration.
 * Clamps are a comparison and a blend, which x86 does in two instructions; its minimum does not
 * treat NaN and -0 as Java's does, which costs {@code min} and {@code max} four more.
 */
final class ExponentialLoop {
  /** e to the power x + parameter, within 2 ulp, subnormal results included. */
  static final int EXP = 0;

  /** 1 / (1 + exp(-x)), within 4 ulp on both sides of 0. */
  static final int SIGMOID = 1;

  /** x / (1 + exp(-parameter * x)). */
  static final int SWISH = 2;

  /** Hyperbolic tangent, within 4 ulp. */
  static final int TANH = 3;

  /** The error function, within 4 ulp. */
  static final int ERF = 4;

  /** x / 2 * (1 + erf(x / sqrt(2))), within 2 ulp of x. */
  static final int GELU = 5;

  private ExponentialLoop() {}

  /**
   * {@code n} floats, a multiple of a wide vector's length, from {@code in} to {@code out}, which
   * may be the same place: {@code scale * function(x) + shift}.
   */
  static void run(
      int function, float parameter, long in, long out, int n, float scale, float shift) {
    for (int i = 0; i < n; i += WIDE_LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(WIDE, MEMORY, (in & ADDRESSES) + at, ORDER);

      FloatVector power;
      if (function == EXP) {
        power = x.add(parameter);
      } else if (function == SIGMOID) {
        power = x.abs().neg();
      } else if (function == SWISH) {
        power = x.mul(parameter).abs().neg();
      } else if (function == TANH) {
        power = x.abs().mul(2f);
      } else {
        FloatVector t = x.mul(function == GELU ? SQRT_HALF : 1f).abs();
        t = t.blend(ERF_ONE, t.compare(VectorOperators.GT, ERF_ONE));
        power = t.fma(broadcast(WIDE, ERFC_7), broadcast(WIDE, ERFC_6));
        power = power.fma(t, broadcast(WIDE, ERFC_5));
        power = power.fma(t, broadcast(WIDE, ERFC_4));
        power = power.fma(t, broadcast(WIDE, ERFC_3));
        power = power.fma(t, broadcast(WIDE, ERFC_2));
        power = power.fma(t, broadcast(WIDE, ERFC_1));
        power = power.fma(t, broadcast(WIDE, ERFC_0));
      }

      power = power.blend(EXP_LOWEST, power.lt(EXP_LOWEST));
      power = power.blend(EXP_HIGHEST, power.compare(VectorOperators.GT, EXP_HIGHEST));
      FloatVector shifted = power.fma(broadcast(WIDE, LOG2_E), broadcast(WIDE, ROUND));
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(broadcast(WIDE, -LN2_HIGH), power);
      r = k.fma(broadcast(WIDE, -LN2_LOW), r);
      FloatVector e = r.fma(broadcast(WIDE, EXP_6), broadcast(WIDE, EXP_5));
      e = e.fma(r, broadcast(WIDE, EXP_4));
      e = e.fma(r, broadcast(WIDE, EXP_3));
      e = e.fma(r, broadcast(WIDE, EXP_2));
      e = e.mul(r).fma(r, r).add(1f);
      // Two factors, since 2^k itself may lie outside the normal numbers while the result does not.
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      e = e.mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      e = e.mul(rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());

      FloatVector y;
      if (function == EXP) {
        y = e;
      } else if (function == SIGMOID) {
        y = broadcast(WIDE, 1f).blend(e, x.lt(0f)).div(e.add(1f));
      } else if (function == SWISH) {
        y = x.mul(broadcast(WIDE, 1f).blend(e, x.mul(parameter).lt(0f)).div(e.add(1f)));
      } else if (function == TANH) {
        FloatVector large = broadcast(WIDE, 1f).sub(broadcast(WIDE, 2f).div(e.add(1f)));
        large = large.blend(large.neg(), x.lt(0f));
        FloatVector z = x.mul(x);
        FloatVector p = z.fma(broadcast(WIDE, TANH_5), broadcast(WIDE, TANH_4));
        p = p.fma(z, broadcast(WIDE, TANH_3));
        p = p.fma(z, broadcast(WIDE, TANH_2));
        p = p.fma(z, broadcast(WIDE, TANH_1));
        p = p.fma(z, broadcast(WIDE, TANH_0));
        y = large.blend(p.mul(z).fma(x, x), x.abs().lt(TANH_SMALL));
      } else {
        FloatVector u = x.mul(function == GELU ? SQRT_HALF : 1f);
        FloatVector large = broadcast(WIDE, 1f).sub(e);
        large = large.blend(large.neg(), u.lt(0f));
        FloatVector z = u.mul(u);
        FloatVector p = z.fma(broadcast(WIDE, ERF_6), broadcast(WIDE, ERF_5));
        p = p.fma(z, broadcast(WIDE, ERF_4));
        p = p.fma(z, broadcast(WIDE, ERF_3));
        p = p.fma(z, broadcast(WIDE, ERF_2));
        p = p.fma(z, broadcast(WIDE, ERF_1));
        p = p.fma(z, broadcast(WIDE, ERF_0));
        y = large.blend(p.fma(u, u), u.abs().lt(ERF_SMALL));
        if (function == GELU) {
          y = x.mul(0.5f).mul(y.add(1f));
        }
      }
      y.fma(broadcast(WIDE, scale), broadcast(WIDE, shift))
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
