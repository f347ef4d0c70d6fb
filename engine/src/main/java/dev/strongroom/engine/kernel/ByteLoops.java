package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.ADDRESSES;
import static dev.strongroom.engine.kernel.UncheckedMemory.BYTES;
import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.MEMORY;
import static dev.strongroom.engine.kernel.UncheckedMemory.ORDER;
import static dev.strongroom.engine.kernel.UncheckedMemory.SPECIES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** From runs of consecutive bytes to floats. */
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
    int whole = n & -LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector x =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, (in & ADDRESSES) + i, ORDER)
                  .convertShape(VectorOperators.B2F, SPECIES, 0);
      x.sub(zero).intoMemorySegment(MEMORY, (out & ADDRESSES) + (long) i * Float.BYTES, ORDER);
    }
    for (int i = whole; i < n; i++) {
      putFloat(out + (long) i * Float.BYTES, getByte(in + i) - zero);
    }
  }
}
