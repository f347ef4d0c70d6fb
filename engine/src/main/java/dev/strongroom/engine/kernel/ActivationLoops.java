package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import dev.strongroom.program.Activation;

/** Activations over runs of consecutive floats: the choice of the function is made once a run. */
final class ActivationLoops {
  private ActivationLoops() {}

  /**
   * Applies {@code a} in place to {@code rows} rows of {@code n} floats, {@code step} bytes apart.
   */
  static void rows(Activation a, long address, long step, int rows, int n) {
    if (step == (long) n * Float.BYTES) {
      run(a, address, address, rows * n);
      return;
    }
    for (int i = 0; i < rows; i++) {
      run(a, address + i * step, address + i * step, n);
    }
  }

  /** {@code n} floats from {@code in} to {@code out}, which may be the same place. */
  static void run(Activation a, long in, long out, int n) {
    int whole = n & -(isExponential(a.function()) ? WIDE_LANES : LANES);
    switch (a.function()) {
      case IDENTITY -> SimpleLoops.identity(a, in, out, whole);
      case RELU -> SimpleLoops.relu(a, in, out, whole);
      case CLIP -> SimpleLoops.clip(a, in, out, whole);
      case HARD_SIGMOID -> SimpleLoops.hardSigmoid(a, in, out, whole);
      case HARD_SWISH -> SimpleLoops.hardSwish(a, in, out, whole);
      case SIGMOID -> exponential(ExponentialLoop.SIGMOID, a, in, out, whole);
      case SWISH -> exponential(ExponentialLoop.SWISH, a, in, out, whole);
      case TANH -> exponential(ExponentialLoop.TANH, a, in, out, whole);
      case ERF -> exponential(ExponentialLoop.ERF, a, in, out, whole);
      case GELU -> exponential(ExponentialLoop.GELU, a, in, out, whole);
      case LEAKY_RELU -> SimpleLoops.leakyRelu(a, in, out, whole);
      case EXP -> exponential(ExponentialLoop.EXP, a, in, out, whole);
      case SQRT -> SimpleLoops.sqrt(a, in, out, whole);
      case RSQRT -> SimpleLoops.rsqrt(a, in, out, whole);
      case RECIPROCAL -> SimpleLoops.reciprocal(a, in, out, whole);
      case ABS -> SimpleLoops.abs(a, in, out, whole);
      case SQUARE -> SimpleLoops.square(a, in, out, whole);
    }
    for (int i = whole; i < n; i++) {
      long at = (long) i * Float.BYTES;
      putFloat(out + at, scalar(a, getFloat(in + at)));
    }
  }

  private static boolean isExponential(Activation.Function function) {
    return switch (function) {
      case SIGMOID, SWISH, TANH, ERF, GELU, EXP -> true;
      default -> false;
    };
  }

  private static void exponential(int function, Activation a, long in, long out, int n) {
    float parameter = function == ExponentialLoop.SWISH ? a.alpha() : 0f;
    ExponentialLoop.run(function, parameter, in, out, n, a.scale(), a.shift());
  }

  /** One element: the same bits as in a run. */
  static float scalar(Activation a, float x) {
    float y = ScalarMath.apply(a.function(), x, a.alpha(), a.beta());
    return Math.fma(y, a.scale(), a.shift());
  }
}
