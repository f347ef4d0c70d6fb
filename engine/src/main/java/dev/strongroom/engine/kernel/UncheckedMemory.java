package dev.strongroom.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * All of the process's address space, by absolute address, <b>without bounds checks</b>: a wrong
 * address corrupts memory or ends the process. Only kernels bound from a verified Program may come
 * here. It exists because a segment of constant base and constant length costs the vector loops
 * nothing, where a checked segment costs them a third of their speed.
 */
final class UncheckedMemory {
  /** Eight floats: half a panel of packed weights, and one register of AVX2. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;

  /** Floats in a vector. */
  static final int LANES = 8;

  /** Bytes in a vector. */
  static final int VECTOR_BYTES = LANES * Float.BYTES;

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final FloatVector LANE_NUMBERS =
      FloatVector.fromArray(SPECIES, new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 0);

  private UncheckedMemory() {}

  static float getFloat(long address) {
    return EVERYTHING.get(FLOAT, address);
  }

  static void putFloat(long address, float value) {
    EVERYTHING.set(FLOAT, address, value);
  }

  static int getInt(long address) {
    return EVERYTHING.get(INT, address);
  }

  static void putInt(long address, int value) {
    EVERYTHING.set(INT, address, value);
  }

  static long getLong(long address) {
    return EVERYTHING.get(LONG, address);
  }

  static void putLong(long address, long value) {
    EVERYTHING.set(LONG, address, value);
  }

  static byte getByte(long address) {
    return EVERYTHING.get(ValueLayout.JAVA_BYTE, address);
  }

  static void putByte(long address, byte value) {
    EVERYTHING.set(ValueLayout.JAVA_BYTE, address, value);
  }

  /** Copies {@code bytes} bytes between ranges that do not overlap. */
  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, bytes);
  }

  /** The eight floats from {@code address} on. */
  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  static void store(long address, FloatVector value) {
    value.intoMemorySegment(EVERYTHING, address, ORDER);
  }

  /** The float at {@code address} in every lane. */
  static FloatVector broadcast(long address) {
    return FloatVector.broadcast(SPECIES, getFloat(address));
  }

  /** A mask of the first {@code lanes} lanes, all of them from {@link #LANES} on. */
  static VectorMask<Float> firstLanes(int lanes) {
    return LANE_NUMBERS.lt((float) lanes);
  }

  /** The floats under the mask, zero elsewhere; nothing else is read. */
  static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER, mask);
  }

  /** Writes the lanes under the mask and no other byte. */
  static void store(long address, FloatVector value, VectorMask<Float> mask) {
    value.intoMemorySegment(EVERYTHING, address, ORDER, mask);
  }
}
