package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Opens consecutive chunks one after another into consecutive memory. */
final class OpenChunks implements Kernel {
  private final ChunkSource source;
  private final int first;
  private final MemorySegment[] places;

  /**
   * @param into memory whose first bytes take the chunks
   */
  OpenChunks(
      ChunkSource source, List<Integer> chunkBytes, int first, int count, MemorySegment into) {
    this.source = source;
    this.first = first;
    this.places = new MemorySegment[count];
    long at = 0;
    for (int i = 0; i < count; i++) {
      int bytes = chunkBytes.get(first + i);
      places[i] = into.asSlice(at, bytes);
      at += bytes;
    }
  }

  @Override
  public void run() {
    for (int i = 0; i < places.length; i++) {
      source.open(first + i, places[i]);
    }
  }
}
