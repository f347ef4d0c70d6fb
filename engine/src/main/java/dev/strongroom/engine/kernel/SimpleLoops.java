package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.strongroom.program.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The functions of a few instructions, over whole vectors of consecutive floats. Each has a loop of
 * its own; {@link ScalarMath} performs the same operations in the same order.
 */
final class SimpleLoops {
  private SimpleLoops() {}

  static void identity(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x;
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void relu(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.blend(0f, x.lt(0f));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void clip(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.blend(a.alpha(), x.lt(a.alpha()));
      y = y.blend(a.beta(), y.compare(VectorOperators.GT, a.beta()));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void hardSigmoid(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.fma(broadcast(SPECIES, a.alpha()), broadcast(SPECIES, a.beta()));
      y = y.blend(0f, y.lt(0f));
      y = y.blend(1f, y.compare(VectorOperators.GT, 1f));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void hardSwish(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.add(broadcast(SPECIES, a.alpha()));
      y = y.blend(0f, y.lt(0f));
      y = y.blend(a.beta(), y.compare(VectorOperators.GT, a.beta())).mul(x).div(a.beta());
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void leakyRelu(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.blend(x.mul(a.alpha()), x.lt(0f));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void sqrt(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.lanewise(VectorOperators.SQRT);
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void rsqrt(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = broadcast(SPECIES, 1f).div(x.lanewise(VectorOperators.SQRT));
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void reciprocal(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = broadcast(SPECIES, 1f).div(x);
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void abs(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.abs();
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  static void square(Activation a, long in, long out, int n) {
    FloatVector scale = broadcast(SPECIES, a.scale());
    FloatVector shift = broadcast(SPECIES, a.shift());
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector x = fromMemorySegment(SPECIES, MEMORY, (in & ADDRESSES) + at, ORDER);
      FloatVector y = x.mul(x);
      y.fma(scale, shift).intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
