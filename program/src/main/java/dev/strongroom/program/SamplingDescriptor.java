package dev.strongroom.program;

/** An encoded {@link Sampling}: an i32 and two u32, little-endian. */
public final class SamplingDescriptor {
  /** i32. */
  public static final int START_OFFSET = 0;

  /** u32. */
  public static final int STEP_OFFSET = 4;

  /** u32, at least 1. */
  public static final int DENOMINATOR_OFFSET = 8;

  /** Length of the record. */
  public static final int LENGTH = 12;

  /** Up to here F32 holds numerator and denominator of a position's fraction. */
  public static final int MAX_DENOMINATOR = 0x1000000;

  private SamplingDescriptor() {}
}
