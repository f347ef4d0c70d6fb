package dev.strongroom.world.local;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/** A point in time until which one waits for a process to connect and to speak. */
final class Deadline {
  private static final long POLL_MILLIS = 100;

  private final Duration timeout;
  private final long end;

  private Deadline(Duration timeout) {
    this.timeout = timeout;
    this.end = System.nanoTime() + timeout.toNanos();
  }

  static Deadline in(Duration timeout) {
    return new Deadline(timeout);
  }

  /** Waits for a connection, unless the process ends or the time is over. */
  SocketChannel accept(ServerSocketChannel listener, Process process) throws IOException {
    listener.configureBlocking(false);
    while (true) {
      Optional<SocketChannel> accepted = Optional.ofNullable(listener.accept());
      if (accepted.isPresent()) {
        return accepted.get();
      }
      await(listener, SelectionKey.OP_ACCEPT, process);
    }
  }

  /**
   * Reads exactly {@code bytes}, and leaves the channel non-blocking.
   *
   * @return them, ready to be read
   */
  ByteBuffer read(SocketChannel channel, int bytes, Process process) throws IOException {
    channel.configureBlocking(false);
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer);
      if (read < 0) {
        throw new EOFException("the trusted side closed the connection while it started");
      }
      if (read == 0) {
        await(channel, SelectionKey.OP_READ, process);
      }
    }
    return buffer.flip();
  }

  private void await(SelectableChannel channel, int operation, Process process) throws IOException {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms");
    }
    try (Selector selector = Selector.open()) {
      channel.register(selector, operation);
      boolean alive = process.isAlive();
      int ready = selector.select(Math.min(POLL_MILLIS, left / 1_000_000 + 1));
      if (ready == 0 && !alive) {
        throw new EOFException("the process ended while it started");
      }
    }
  }
}
