package dev.strongroom.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * All of the process's address space, by absolute address, <b>without bounds checks</b>: a wrong
 * address corrupts memory or ends the process. Only kernels bound from a verified Program may come
 * here. It exists because a segment of constant base and constant length costs the vector loops
 * nothing, where a checked segment costs them a third of their speed.
 *
 * <p>Vectors are loaded and stored by the vector class's own methods on {@link #MEMORY}, and not by
 * methods here: HotSpot's C2 always inlines the former, but stops inlining ours once it has inlined
 * 8,000 bytecodes into a compilation, which a dozen vector operations reach. A vector that crosses
 * a call left standing is an object on the heap. For the same reason a running sum is an
 * operation's argument rather than its receiver: the class of what was just loaded is known to C2
 * without a profile, that of a variable which a loop changes is not.
 *
 * <p>A vector's lanes are summed lane by lane, written out: in which order {@code reduceLanes} adds
 * them depends on whether C2 has compiled the call, and an answer's bits must not.
 */
final class UncheckedMemory {
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** The order of an element's bytes. */
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Eight floats: half a panel of packed weights, and one register of AVX2. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;

  /**
   * The widest vectors that a panel of packed weights has room for and the processor computes with:
   * for kernels of which every element is computed by itself, so that its bits do not depend on how
   * many are computed at once.
   */
  static final VectorSpecies<Float> WIDE =
      FloatVector.SPECIES_PREFERRED.length() >= FloatVector.SPECIES_512.length()
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_256;

  /** Floats in a wide vector. */
  static final int WIDE_LANES = WIDE.length();

  /** Bytes in a wide vector. */
  static final int WIDE_BYTES = WIDE_LANES * Float.BYTES;

  /**
   * The bits that a process's addresses have. C2 cannot know that an address is one, and compares
   * each with the length of {@link #MEMORY}; of {@code base & ADDRESSES} plus an index that counts
   * up from 0 it knows, and compares nothing.
   */
  static final long ADDRESSES = (1L << 56) - 1;

  /** The same for what is added to an address: the bits that an offset within a tensor has. */
  static final long OFFSETS = (1L << 40) - 1;

  /** As many bytes: what is converted to a vector of floats. */
  static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;

  /** As many integers: what sums of products become. */
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;

  /** As many bytes as there are floats in a wide vector. */
  static final VectorSpecies<Byte> WIDE_OF_BYTES =
      WIDE_LANES == FloatVector.SPECIES_512.length()
          ? ByteVector.SPECIES_128
          : ByteVector.SPECIES_64;

  /** As many integers. */
  static final VectorSpecies<Integer> WIDE_OF_INTS =
      WIDE_LANES == FloatVector.SPECIES_512.length()
          ? IntVector.SPECIES_512
          : IntVector.SPECIES_256;

  /** Floats in a vector. */
  static final int LANES = 8;

  /** Bytes in a vector. */
  static final int VECTOR_BYTES = LANES * Float.BYTES;

  /** Less than n in a vector's first n lanes. */
  static final FloatVector LANE_NUMBERS =
      FloatVector.fromArray(SPECIES, new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 0);

  /** Less than n in a wide vector's first n lanes. */
  static final FloatVector WIDE_LANE_NUMBERS = FloatVector.zero(WIDE).addIndex(1);

  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);

  private UncheckedMemory() {}

  static float getFloat(long address) {
    return MEMORY.get(FLOAT, address & ADDRESSES);
  }

  static void putFloat(long address, float value) {
    MEMORY.set(FLOAT, address & ADDRESSES, value);
  }

  static int getInt(long address) {
    return MEMORY.get(INT, address & ADDRESSES);
  }

  static void putInt(long address, int value) {
    MEMORY.set(INT, address & ADDRESSES, value);
  }

  static long getLong(long address) {
    return MEMORY.get(LONG, address & ADDRESSES);
  }

  static void putLong(long address, long value) {
    MEMORY.set(LONG, address & ADDRESSES, value);
  }

  static byte getByte(long address) {
    return MEMORY.get(ValueLayout.JAVA_BYTE, address & ADDRESSES);
  }

  static void putByte(long address, byte value) {
    MEMORY.set(ValueLayout.JAVA_BYTE, address & ADDRESSES, value);
  }

  /** Copies {@code bytes} bytes between ranges that do not overlap. */
  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
  }
}
