package dev.strongroom.program;

/** An encoded {@link Window2d}: eight u16, little-endian. */
public final class WindowDescriptor {
  public static final int KERNEL_H_OFFSET = 0;
  public static final int KERNEL_W_OFFSET = 2;
  public static final int STRIDE_H_OFFSET = 4;
  public static final int STRIDE_W_OFFSET = 6;
  public static final int PAD_TOP_OFFSET = 8;
  public static final int PAD_LEFT_OFFSET = 10;
  public static final int DILATION_H_OFFSET = 12;
  public static final int DILATION_W_OFFSET = 14;

  /** Length of the record. */
  public static final int LENGTH = 16;

  private WindowDescriptor() {}
}
