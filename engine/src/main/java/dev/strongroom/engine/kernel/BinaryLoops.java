package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.FLOAT;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

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
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .add(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .sub(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .mul(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .div(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .min(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .max(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case POW, EQUAL -> throw new IllegalArgumentException(kind + " is computed one by one");
    }
  }

  /** As {@link #vectors}, {@code b} being one element. */
  static void vectorScalar(Step.Binary.Kind kind, long a, long b, long out, int n) {
    FloatVector scalar = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, b & ADDRESSES));
    switch (kind) {
      case ADD -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .add(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .sub(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .mul(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .div(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .min(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i += LANES) {
          long at = (long) i * Float.BYTES;
          fromMemorySegment(SPECIES, MEMORY, (a & ADDRESSES) + at, ORDER)
              .max(scalar)
              .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
        }
      }
      case POW, EQUAL -> throw new IllegalArgumentException(kind + " is computed one by one");
    }
  }

  /** {@code a}, one element, minus {@code n} floats of {@code b}. */
  static void scalarMinus(long a, long b, long out, int n) {
    FloatVector scalar = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a & ADDRESSES));
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      scalar
          .sub(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }

  /** {@code a}, one element, divided by {@code n} floats of {@code b}. */
  static void scalarOver(long a, long b, long out, int n) {
    FloatVector scalar = FloatVector.broadcast(SPECIES, MEMORY.get(FLOAT, a & ADDRESSES));
    for (int i = 0; i < n; i += LANES) {
      long at = (long) i * Float.BYTES;
      scalar
          .div(fromMemorySegment(SPECIES, MEMORY, (b & ADDRESSES) + at, ORDER))
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + at, ORDER);
    }
  }
}
