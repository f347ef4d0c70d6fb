package dev.strongroom.engine;

import java.lang.foreign.MemorySegment;

/** Where an {@link Engine} gets the input from that crosses piece by piece. */
@FunctionalInterface
public interface InputSource {
  /** For Programs whose inputs all cross before the first step. */
  InputSource NONE =
      (offset, into) -> {
        throw new IllegalStateException("no input crosses piece by piece here");
      };

  /**
   * Writes the next piece. Within a run pieces are asked for in their order, each once.
   *
   * @param offset of the piece in the input's bytes, in wire order
   * @param into exactly as long as the piece; always the same segment for the same place, so that
   *     nothing need be allocated
   */
  void receive(long offset, MemorySegment into);
}
