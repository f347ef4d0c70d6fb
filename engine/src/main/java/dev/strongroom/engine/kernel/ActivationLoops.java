package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.load;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.store;

import dev.strongroom.program.Activation;
import jdk.incubator.vector.FloatVector;

/**
 * Activations over runs of consecutive floats. Each function has a loop of its own, so that the
 * choice is made once a run and every loop is small enough to be compiled whole.
 */
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
    switch (a.function()) {
      case IDENTITY -> identity(a, in, out, whole);
      case RELU -> relu(a, in, out, whole);
      case CLIP -> clip(a, in, out, whole);
      case HARD_SIGMOID -> hardSigmoid(a, in, out, whole);
      case HARD_SWISH -> hardSwish(a, in, out, whole);
      case SIGMOID -> sigmoid(a, in, out, whole);
      case SWISH -> swish(a, in, out, whole);
      case TANH -> tanh(a, in, out, whole);
      case ERF -> erf(a, in, out, whole);
      case GELU -> gelu(a, in, out, whole);
      case LEAKY_RELU -> leakyRelu(a, in, out, whole);
      case EXP -> exp(a, in, out, whole);
      case SQRT -> sqrt(a, in, out, whole);
      case RSQRT -> rsqrt(a, in, out, whole);
      case RECIPROCAL -> reciprocal(a, in, out, whole);
      case ABS -> abs(a, in, out, whole);
      case SQUARE -> square(a, in, out, whole);
    }
    for (int i = whole; i < n; i++) {
      long at = (long) i * Float.BYTES;
      putFloat(out + at, scalar(a, getFloat(in + at)));
    }
  }

  /** One element: the same bits as in a run. */
  static float scalar(Activation a, float x) {
    return Math.fma(ScalarMath.apply(a.function(), x, a.alpha(), a.beta()), a.scale(), a.shift());
  }

  private static void finish(long address, FloatVector y, Activation a) {
    FloatVector scale = FloatVector.broadcast(UncheckedMemory.SPECIES, a.scale());
    FloatVector shift = FloatVector.broadcast(UncheckedMemory.SPECIES, a.shift());
    store(address, y.fma(scale, shift));
  }

  private static void identity(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, x, a);
    }
  }

  private static void relu(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, x.blend(0f, x.lt(0f)), a);
    }
  }

  private static void clip(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.clamp(x, a.alpha(), a.beta()), a);
    }
  }

  private static void hardSigmoid(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.hardSigmoid(x, a.alpha(), a.beta()), a);
    }
  }

  private static void hardSwish(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, x.mul(VectorMath.hardSigmoid(x, a.alpha(), a.beta())), a);
    }
  }

  private static void sigmoid(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.sigmoid(x), a);
    }
  }

  private static void swish(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.swish(x, a.alpha()), a);
    }
  }

  private static void tanh(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.tanh(x), a);
    }
  }

  private static void erf(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.erf(x), a);
    }
  }

  private static void gelu(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.gelu(x), a);
    }
  }

  private static void leakyRelu(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.leakyRelu(x, a.alpha()), a);
    }
  }

  private static void exp(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.exp(x), a);
    }
  }

  private static void sqrt(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.sqrt(x), a);
    }
  }

  private static void rsqrt(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.rsqrt(x), a);
    }
  }

  private static void reciprocal(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, VectorMath.reciprocal(x), a);
    }
  }

  private static void abs(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, x.abs(), a);
    }
  }

  private static void square(Activation a, long in, long out, int n) {
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = load(in + at);
      finish(out + at, x.mul(x), a);
    }
  }
}
