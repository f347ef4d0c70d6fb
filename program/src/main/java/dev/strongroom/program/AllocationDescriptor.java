package dev.strongroom.program;

/**
 * An encoded {@link Allocation}, little-endian; or, with {@link #REPEATED_FLAG}, several that lie
 * at one place and live one after another, each as long as the first.
 */
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

  /** Length of the record without the fields that follow the flag. */
  public static final int LENGTH = 17;

  /** In the byte of the space: the two fields below follow. */
  public static final int REPEATED_FLAG = 0x80;

  /** u32: steps from the beginning of one to the beginning of the next, at least 1. */
  public static final int PERIOD_OFFSET = 17;

  /** u16: how many follow the first, at least 1. */
  public static final int TIMES_OFFSET = 21;

  /** Length of the record with them. */
  public static final int REPEATED_LENGTH = 23;

  private AllocationDescriptor() {}
}
