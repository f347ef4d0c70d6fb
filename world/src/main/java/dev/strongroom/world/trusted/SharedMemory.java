package dev.strongroom.world.trusted;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.strongroom.world.ErrorCode;
import dev.strongroom.world.protocol.Message;
import dev.strongroom.world.protocol.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The shared mapping as the trusted side sees it: a place whose bytes the normal world may change
 * at any time, and references into which are proved before they are followed.
 */
final class SharedMemory {
  private final MemorySegment mapping;

  SharedMemory(MemorySegment mapping) {
    this.mapping = mapping;
  }

  /** Maps the file; its path may vanish afterwards. */
  static SharedMemory map(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      return new SharedMemory(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.global()));
    }
  }

  /**
   * The bytes that parameter {@code index} of {@code request} refers to.
   *
   * @throws Refusal if it is no reference of that type, or leaves the mapping
   */
  MemorySegment region(Message request, int index, Parameter.Type type) throws Refusal {
    Parameter parameter = request.parameters().get(index);
    long offset = parameter.a();
    long size = parameter.b();
    // Both have 32 bits, so that the sum does not overflow.
    if (parameter.type() != type || offset + size > mapping.byteSize()) {
      throw new Refusal(ErrorCode.BAD_PARAMETERS);
    }
    return mapping.asSlice(offset, size);
  }
}
