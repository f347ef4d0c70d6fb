package dev.strongroom.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Calls every operation on vectors that kernels consist of, often enough for HotSpot to believe
 * what it has counted in the vector classes' own methods. Kernels are compiled after very few
 * calls. C2 then decides by those counts whether a check in there ever fails: if there are none, it
 * keeps both ways, does not learn from the check which class a running sum has, gives up on the
 * operation, and vectors are objects from then on, a hundred times as slow. It never compiles such
 * a kernel again.
 */
final class VectorProfile {
  /**
   * HotSpot believes 1,000 calls (ProfileMaturityPercentage of Tier4InvocationThreshold), counted
   * from the 200th.
   */
  private static final int CALLS = 1_300;

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private static boolean collected;

  private VectorProfile() {}

  /** Does so if it has not been done in this process. Takes about a tenth of a second. */
  static synchronized void collect() {
    if (collected) {
      return;
    }
    collected = true;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1024, 64);
      VectorSpecies<Float> narrow = FloatVector.SPECIES_256;
      VectorSpecies<Float> wide =
          FloatVector.SPECIES_PREFERRED.length() > narrow.length()
              ? FloatVector.SPECIES_512
              : narrow;
      for (int i = 0; i < CALLS; i++) {
        floats(narrow, memory);
        if (wide != narrow) {
          floats(wide, memory);
        }
        integers(memory);
      }
    }
  }

  /** Each operation about once: called much more often, it would be compiled by itself, in vain. */
  private static void floats(VectorSpecies<Float> species, MemorySegment memory) {
    FloatVector x = FloatVector.fromMemorySegment(species, memory, 0, ORDER);
    FloatVector y = FloatVector.broadcast(species, 2f);
    VectorMask<Float> mask = x.lt(3f);
    FloatVector z = x.fma(y, FloatVector.zero(species)).add(y).add(1f).sub(y).sub(1f);
    z = z.mul(y).mul(3f).div(y).abs().neg().min(y).max(y).sqrt();
    z = z.blend(y, mask).blend(0f, x.compare(VectorOperators.GT, 1f));
    z = z.blend(y, x.compare(VectorOperators.GT, y)).blend(1f, x.compare(VectorOperators.NE, x));
    IntVector bits = z.reinterpretAsInts().sub(7).lanewise(VectorOperators.ASHR, 1).add(127);
    z = bits.sub(bits.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    z.intoMemorySegment(memory, 128, ORDER);
    z.intoMemorySegment(memory, 256, ORDER, mask);
    z = FloatVector.fromMemorySegment(species, memory, 0, ORDER, mask);
    float all = z.lane(0) + z.reduceLanes(VectorOperators.MAX) + z.reduceLanes(VectorOperators.MIN);
    memory.setAtIndex(ValueLayout.JAVA_FLOAT, 100, all);
  }

  private static void integers(MemorySegment memory) {
    VectorSpecies<Float> floats = FloatVector.SPECIES_256;
    VectorSpecies<Integer> ints = IntVector.SPECIES_256;
    ByteVector bytes = ByteVector.fromMemorySegment(ByteVector.SPECIES_64, memory, 512, ORDER);
    FloatVector x = (FloatVector) bytes.convertShape(VectorOperators.B2F, floats, 0);
    IntVector y = (IntVector) x.convertShape(VectorOperators.F2I, ints, 0);
    y = IntVector.fromMemorySegment(ints, memory, 576, ORDER).and(-1).add(y);
    y.intoMemorySegment(memory, 576, ORDER);
    x = x.add(y.convertShape(VectorOperators.I2F, floats, 0));
    x.intoMemorySegment(memory, 640, ORDER);
    y.convertShape(VectorOperators.I2B, ByteVector.SPECIES_64, 0)
        .reinterpretAsBytes()
        .intoMemorySegment(memory, 512, ORDER);
  }
}
