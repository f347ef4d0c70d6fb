package dev.strongroom.world.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** Whole buffers over blocking channels. */
public final class Channels {
  private Channels() {}

  /**
   * Fills {@code buffer} and flips it.
   *
   * @throws EOFException if the channel ends first
   */
  public static ByteBuffer read(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException(
            "the connection ended after %d of %d bytes"
                .formatted(buffer.position(), buffer.limit()));
      }
    }
    return buffer.flip();
  }

  /** Writes all of {@code buffer}. */
  public static void write(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
