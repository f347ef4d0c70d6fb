package dev.strongroom.world.protocol;

import dev.strongroom.world.MemoryKind;
import dev.strongroom.world.WorldException;
import java.lang.foreign.MemorySegment;

/**
 * A way to a trusted side, whatever world it lives in: commands go one at a time, payloads lie in
 * one shared mapping.
 */
public interface Connection extends AutoCloseable {
  /** The shared mapping; anyone in the normal world may read and change it at any time. */
  MemorySegment shared();

  /** What the secure memory is made of. */
  MemoryKind memory();

  /**
   * Sends a request and waits for its answer, which may be an error.
   *
   * @throws WorldException if the trusted side is gone
   */
  Message invoke(Message request) throws WorldException;

  /** Ends the trusted side, and gives the shared mapping back. */
  @Override
  void close();
}
