package dev.strongroom.program;

/**
 * The fixed part at the start of an encoded Program. Little-endian. Behind it follow, without gaps:
 * the chunk table ({@link ChunkDescriptor}), the allocations ({@link AllocationDescriptor}), the
 * input ports, the output ports ({@link PortDescriptor}) and the steps ({@link StepDescriptor}).
 */
public final class ProgramHeaderDescriptor {
  /** The bytes "SRPG", read as a little-endian u32. */
  public static final int MAGIC = 0x47505253;

  /** The only version there is. */
  public static final int VERSION = 1;

  /** u32: {@link #MAGIC}. */
  public static final int MAGIC_OFFSET = 0;

  /** u16: {@link #VERSION}. */
  public static final int VERSION_OFFSET = 4;

  /** u8: number of input ports. */
  public static final int INPUT_COUNT_OFFSET = 6;

  /** u8: number of output ports. */
  public static final int OUTPUT_COUNT_OFFSET = 7;

  /** u32: length of the whole encoding, this header included. */
  public static final int ENCODED_BYTES_OFFSET = 8;

  /** u32: size of ARENA. */
  public static final int ARENA_BYTES_OFFSET = 12;

  /** u32: size of WINDOW. */
  public static final int WINDOW_BYTES_OFFSET = 16;

  /** u32: size of the staging buffer. */
  public static final int STAGING_BYTES_OFFSET = 20;

  /** u32: number of weight chunks. */
  public static final int CHUNK_COUNT_OFFSET = 24;

  /** u32: how many of them, from the first on, are resident. */
  public static final int RESIDENT_CHUNKS_OFFSET = 28;

  /** u32: number of allocations. */
  public static final int ALLOCATION_COUNT_OFFSET = 32;

  /** u32: number of steps. */
  public static final int STEP_COUNT_OFFSET = 36;

  /** {@link #WEIGHTS_DIGEST_LENGTH} bytes: SHA-256 over the packed weights. */
  public static final int WEIGHTS_DIGEST_OFFSET = 40;

  public static final int WEIGHTS_DIGEST_LENGTH = Digest.BYTES;

  /** Length of the header. */
  public static final int LENGTH = 72;

  private ProgramHeaderDescriptor() {}
}
