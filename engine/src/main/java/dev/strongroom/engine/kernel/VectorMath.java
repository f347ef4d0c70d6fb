package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.MathConstants.*;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The elementary functions that networks need, eight lanes at a time. Every operation is rounded as
 * IEEE 754 says and {@link ScalarMath} performs the same ones in the same order, so that an element
 * has one value no matter whether a vector or a tail computes it. NaN gives NaN.
 *
 * <p>Clamps are a comparison and a blend, which x86 does in two instructions; its minimum does not
 * treat NaN and -0 as Java's does, which costs {@code min} and {@code max} four more.
 */
final class VectorMath {
  private VectorMath() {}

  private static FloatVector splat(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static FloatVector clamp(FloatVector x, float lowest, float highest) {
    FloatVector y = x.blend(lowest, x.lt(lowest));
    return y.blend(highest, y.compare(VectorOperators.GT, highest));
  }

  /** e to the power x, within 2 ulp, subnormal results included. */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = clamp(x, EXP_LOWEST, EXP_HIGHEST);
    FloatVector shifted = clamped.fma(splat(LOG2_E), splat(ROUND));
    FloatVector k = shifted.sub(ROUND);
    FloatVector r = k.fma(splat(-LN2_HIGH), clamped);
    r = k.fma(splat(-LN2_LOW), r);
    FloatVector p = splat(EXP_6);
    p = p.fma(r, splat(EXP_5));
    p = p.fma(r, splat(EXP_4));
    p = p.fma(r, splat(EXP_3));
    p = p.fma(r, splat(EXP_2));
    p = p.mul(r).fma(r, r).add(1f);
    // Two factors, since 2^k itself may lie outside the normal numbers while the result does not.
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** 1 / (1 + exp(-x)), within 4 ulp on both sides of 0. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    return splat(1f).blend(e, x.lt(0f)).div(e.add(1f));
  }

  /** Hyperbolic tangent, within 4 ulp. */
  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector e = exp(magnitude.add(magnitude));
    FloatVector large = splat(1f).sub(splat(2f).div(e.add(1f)));
    large = large.blend(large.neg(), x.lt(0f));
    FloatVector z = x.mul(x);
    FloatVector p = splat(TANH_5);
    p = p.fma(z, splat(TANH_4));
    p = p.fma(z, splat(TANH_3));
    p = p.fma(z, splat(TANH_2));
    p = p.fma(z, splat(TANH_1));
    p = p.fma(z, splat(TANH_0));
    FloatVector small = p.mul(z).fma(x, x);
    return large.blend(small, magnitude.lt(TANH_SMALL));
  }

  /** The error function, within 4 ulp. */
  static FloatVector erf(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector t = magnitude.blend(ERF_ONE, magnitude.compare(VectorOperators.GT, ERF_ONE));
    FloatVector q = splat(ERFC_7);
    q = q.fma(t, splat(ERFC_6));
    q = q.fma(t, splat(ERFC_5));
    q = q.fma(t, splat(ERFC_4));
    q = q.fma(t, splat(ERFC_3));
    q = q.fma(t, splat(ERFC_2));
    q = q.fma(t, splat(ERFC_1));
    q = q.fma(t, splat(ERFC_0));
    FloatVector large = splat(1f).sub(exp(q));
    large = large.blend(large.neg(), x.lt(0f));
    return large.blend(erfOfSmall(x), magnitude.lt(ERF_SMALL));
  }

  private static FloatVector erfOfSmall(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = splat(ERF_6);
    p = p.fma(z, splat(ERF_5));
    p = p.fma(z, splat(ERF_4));
    p = p.fma(z, splat(ERF_3));
    p = p.fma(z, splat(ERF_2));
    p = p.fma(z, splat(ERF_1));
    p = p.fma(z, splat(ERF_0));
    return p.fma(x, x);
  }

  /** x / 2 * (1 + erf(x / sqrt(2))), within 2 ulp of x. */
  static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(SQRT_HALF)).add(1f));
  }

  /** x / (1 + exp(-alpha * x)). */
  static FloatVector swish(FloatVector x, float alpha) {
    return x.mul(sigmoid(x.mul(alpha)));
  }

  static FloatVector hardSigmoid(FloatVector x, float alpha, float beta) {
    return clamp(x.fma(splat(alpha), splat(beta)), 0f, 1f);
  }

  static FloatVector leakyRelu(FloatVector x, float alpha) {
    return x.blend(x.mul(alpha), x.lt(0f));
  }

  /** Correctly rounded. */
  static FloatVector sqrt(FloatVector x) {
    return x.lanewise(VectorOperators.SQRT);
  }

  /** 1 / sqrt(x), within 2 ulp. */
  static FloatVector rsqrt(FloatVector x) {
    return splat(1f).div(sqrt(x));
  }

  static FloatVector reciprocal(FloatVector x) {
    return splat(1f).div(x);
  }
}
