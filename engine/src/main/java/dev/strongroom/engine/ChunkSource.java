package dev.strongroom.engine;

import java.lang.foreign.MemorySegment;

/** Where an {@link Engine} gets its weights from. */
@FunctionalInterface
public interface ChunkSource {
  /**
   * Writes the plaintext of one chunk.
   *
   * @param chunk index in the program's chunk table
   * @param into exactly as long as the chunk's plaintext; always the same segment for the same
   *     place, so that nothing need be allocated
   */
  void open(int chunk, MemorySegment into);
}
