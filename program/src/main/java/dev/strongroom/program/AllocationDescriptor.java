package dev.strongroom.program;

/** An encoded {@link Allocation}: a record of fixed length, little-endian. */
public final class AllocationDescriptor {
  /** u8: code of the {@link Space}. */
  public static final int SPACE_OFFSET = 0;

  /** u32: first byte, from the start of the space. */
  public static final int START_OFFSET = 1;

  /** u32: size in bytes. */
  public static final int BYTES_OFFSET = 5;

  /** u32: index of the first step at which it is live. */
  public static final int FIRST_STEP_OFFSET = 9;

  /** u32: index of the last step at which it is live. */
  public static final int LAST_STEP_OFFSET = 13;

  /** Length of the record. */
  public static final int LENGTH = 17;

  private AllocationDescriptor() {}
}
