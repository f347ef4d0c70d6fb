package dev.strongroom.program;

/** An encoded {@link Saturation}: three bytes in two's complement. */
public final class SaturationDescriptor {
  /** i8: the integer that stands for 0. */
  public static final int ZERO_POINT_OFFSET = 0;

  /** i8: the smallest result. */
  public static final int LOWEST_OFFSET = 1;

  /** i8: the largest result. */
  public static final int HIGHEST_OFFSET = 2;

  /** Length in bytes. */
  public static final int LENGTH = 3;

  private SaturationDescriptor() {}
}
