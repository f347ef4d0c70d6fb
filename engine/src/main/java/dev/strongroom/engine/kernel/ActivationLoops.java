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
    int whole = n & -LANES;
    int wide = n & -WIDE_LANES;
    switch (a.function()) {
      case IDENTITY -> SimpleLoops.identity(a, in, out, whole);
      case RELU -> SimpleLoops.relu(a, in, out, whole);
      case CLIP -> SimpleLoops.clip(a, in, out, whole);
      case HARD_SIGMOID -> SimpleLoops.hardSigmoid(a, in, out, whole);
      case HARD_SWISH -> SimpleLoops.hardSwish(a, in, out, whole);
      case LEAKY_RELU -> SimpleLoops.leakyRelu(a, in, out, whole);
      case SQRT -> SimpleLoops.sqrt(a, in, out, whole);
      case RSQRT -> SimpleLoops.rsqrt(a, in, out, whole);
      case RECIPROCAL -> SimpleLoops.reciprocal(a, in, out, whole);
      case ABS -> SimpleLoops.abs(a, in, out, whole);
      case SQUARE -> SimpleLoops.square(a, in, out, whole);
      case SIGMOID -> SigmoidLoop.sigmoid(a, in, out, wide);
      case SWISH -> SigmoidLoop.swish(a, in, out, wide);
      case TANH -> TanhLoop.run(a, in, out, wide);
      case ERF -> ErrorFunctionLoop.run(a, in, out, wide);
      case GELU -> GeluLoop.run(a, in, out, wide);
      case EXP -> ExponentialLoop.run(0f, in, out, wide, a.scale(), a.shift());
      case LOG -> LogarithmLoop.run(a, in, out, wide);
      case SIN -> sines(0, a, in, out, wide);
      case COS -> sines(1, a, in, out, wide);
    }
    scalars(a, in, out, isWide(a.function()) ? wide : whole, n);
  }

  private static boolean isWide(Activation.Function function) {
    return switch (function) {
      case SIGMOID, SWISH, TANH, ERF, GELU, EXP, LOG, SIN, COS -> true;
      default -> false;
    };
  }

  /** A vector with large numbers in it is computed element by element. */
  private static void sines(int quarter, Activation a, long in, long out, int n) {
    int done = 0;
    while (done < n) {
      long at = (long) done * Float.BYTES;
      done += SineLoop.run(quarter, a, in + at, out + at, n - done);
      int end = Math.min(done + WIDE_LANES, n);
      scalars(a, in, out, done, end);
      done = end;
    }
  }

  private static void scalars(Activation a, long in, long out, int from, int to) {
    for (int i = from; i < to; i++) {
      long at = (long) i * Float.BYTES;
      putFloat(out + at, scalar(a, getFloat(in + at)));
    }
  }

  /** One element: the same bits as in a run. */
  static float scalar(Activation a, float x) {
    float y = ScalarMath.apply(a.function(), x, a.alpha(), a.beta());
    return Math.fma(y, a.scale(), a.shift());
  }
}
