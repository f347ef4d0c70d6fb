package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.broadcast;
import static dev.strongroom.engine.kernel.UncheckedMemory.load;
import static dev.strongroom.engine.kernel.UncheckedMemory.store;

import dev.strongroom.program.Step;
import jdk.incubator.vector.FloatVector;

/**
 * The arithmetic of {@link Binary} over whole vectors: both operands consecutive, or one of them a
 * single element.
 */
final class BinaryLoops {
  private BinaryLoops() {}

  /** {@code n} floats, a multiple of the vector's length. */
  static void vectors(Step.Binary.Kind kind, long a, long b, long out, int n) {
    switch (kind) {
      case ADD -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).add(load(b + at)));
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).sub(load(b + at)));
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).mul(load(b + at)));
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).div(load(b + at)));
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).min(load(b + at)));
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).max(load(b + at)));
        }
      }
      case POW -> throw new IllegalArgumentException("powers are computed one by one");
    }
  }

  /** As {@link #vectors}, {@code b} being one element. */
  static void vectorScalar(Step.Binary.Kind kind, long a, long b, long out, int n) {
    FloatVector scalar = broadcast(b);
    switch (kind) {
      case ADD -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).add(scalar));
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).sub(scalar));
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).mul(scalar));
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).div(scalar));
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).min(scalar));
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          store(out + at, load(a + at).max(scalar));
        }
      }
      case POW -> throw new IllegalArgumentException("powers are computed one by one");
    }
  }

  /** {@code a}, one element, minus {@code n} floats of {@code b}. */
  static void scalarMinus(long a, long b, long out, int n) {
    FloatVector scalar = broadcast(a);
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      store(out + at, scalar.sub(load(b + at)));
    }
  }

  /** {@code a}, one element, divided by {@code n} floats of {@code b}. */
  static void scalarOver(long a, long b, long out, int n) {
    FloatVector scalar = broadcast(a);
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      store(out + at, scalar.div(load(b + at)));
    }
  }
}
