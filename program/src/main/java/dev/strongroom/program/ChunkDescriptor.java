package dev.strongroom.program;

/**
 * One entry of the chunk table: the plaintext length of a weight chunk as a u16, counted in units
 * of {@link #UNIT} bytes, which keeps the table at two bytes a chunk.
 */
public final class ChunkDescriptor {
  /** Length of an entry. */
  public static final int LENGTH = 2;

  /** Every chunk's plaintext is a multiple of this many bytes. */
  public static final int UNIT = Program.ALIGNMENT;

  /** The longest chunk that an entry can name, in bytes. */
  public static final int MAX_CHUNK_BYTES = 0xFFFF * UNIT;

  private ChunkDescriptor() {}
}
