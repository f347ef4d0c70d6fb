package dev.strongroom.program;

/**
 * The file of a {@link CompiledModel}, little-endian: this header, the encoded Program, the packed
 * weights, and nothing behind them.
 */
public final class CompiledModelDescriptor {
  /** The bytes "SRCM", read as a little-endian u32. */
  public static final int MAGIC = 0x4D435253;

  /** The only version there is. */
  public static final int VERSION = 1;

  /** u32: {@link #MAGIC}. */
  public static final int MAGIC_OFFSET = 0;

  /** u32: {@link #VERSION}. */
  public static final int VERSION_OFFSET = 4;

  /** u32: length of the encoded Program. */
  public static final int PROGRAM_BYTES_OFFSET = 8;

  /** u32: length of the packed weights. */
  public static final int WEIGHTS_BYTES_OFFSET = 12;

  /** Length of the header; the encoded Program follows it. */
  public static final int LENGTH = 16;

  private CompiledModelDescriptor() {}
}
