package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_OF_BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * From runs of consecutive bytes to floats, and what else fills a run with floats. Where what is
 * left does not fill a vector, the run's last vector is computed, part of it a second time.
 */
final class ByteLoops {
  private ByteLoops() {}

  /** {@code n} times {@code (in - zero) * scale}, the difference exact. */
  static void toFloats(long in, float zero, float scale, long out, int n) {
    int whole = n & -LANES;
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (in & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      x.sub(zero)
          .mul(factor)
          .intoMemorySegment(MEMORY, (out & ADDRESSES) + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < n; i++) {
      putFloat(out + (long) i * Float.BYTES, (getByte(in + i) - zero) * scale);
    }
  }

  /** {@code n} times {@code in - zero}. */
  static void toFloats(long in, float zero, long out, int n) {
    if (n < LANES) {
      for (int i = 0; i < n; i++) {
        putFloat(out + (long) i * Float.BYTES, getByte(in + i) - zero);
      }
      return;
    }
    int whole = n & -WIDE_LANES;
    for (int i = 0; i < whole; i += WIDE_LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(WIDE_OF_BYTES, MEMORY, (in & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, WIDE, 0);
      x.sub(zero).intoMemorySegment(MEMORY, (out & ADDRESSES) + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < n; i += LANES) {
      int from = Math.min(i, n - LANES);
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (in + from) & ADDRESSES, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      x.sub(zero).intoMemorySegment(MEMORY, (out + (long) from * Float.BYTES) & ADDRESSES, ORDER);
    }
  }

  /** {@code n} floats that lie elsewhere, as they are. */
  static void copy(long in, long out, int n) {
    if (n < LANES) {
      for (int i = 0; i < n; i++) {
        long at = (long) i * Float.BYTES;
        putFloat(out + at, getFloat(in + at));
      }
      return;
    }
    for (int i = 0; i < n; i += LANES) {
      long at = (long) Math.min(i, n - LANES) * Float.BYTES;
      fromMemorySegment(SPECIES, MEMORY, (in + at) & ADDRESSES, ORDER)
          .intoMemorySegment(MEMORY, (out + at) & ADDRESSES, ORDER);
    }
  }

  /** {@code n} zeros. */
  static void zeros(long out, int n) {
    if (n < LANES) {
      for (int i = 0; i < n; i++) {
        putFloat(out + (long) i * Float.BYTES, 0);
      }
      return;
    }
    for (int i = 0; i < n; i += LANES) {
      long at = (long) Math.min(i, n - LANES) * Float.BYTES;
      FloatVector.zero(SPECIES).intoMemorySegment(MEMORY, (out + at) & ADDRESSES, ORDER);
    }
  }
}
