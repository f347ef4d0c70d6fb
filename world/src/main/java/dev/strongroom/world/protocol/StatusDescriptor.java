package dev.strongroom.world.protocol;

import dev.strongroom.program.SecureLayout;
import dev.strongroom.world.MemoryKind;
import dev.strongroom.world.SessionStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Layout of a {@link SessionStatus} on its way from the trusted side: {@value #BYTES} bytes, every
 * field an i64, little-endian; sizes in bytes, times in nanoseconds.
 */
public final class StatusDescriptor {
  public static final int MEMORY_KIND = 0;
  public static final int BUDGET = 8;
  public static final int PROGRAM_BYTES = 16;
  public static final int RESIDENT_BYTES = 24;
  public static final int WINDOW_BYTES = 32;
  public static final int ARENA_BYTES = 40;
  public static final int STAGING_BYTES = 48;
  public static final int HIGH_WATER = 56;
  public static final int INFERENCES = 64;
  public static final int BYTES_OPENED = 72;
  public static final int CHUNKS_OPENED = 80;
  public static final int LATENCY = 88;
  public static final int OPENING = 96;

  /** Length of a status. */
  public static final int BYTES = 104;

  private StatusDescriptor() {}

  /** The encoding of {@code status}. */
  public static byte[] encode(SessionStatus status) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    SecureLayout layout = status.layout();
    return bytes
        .putLong(MEMORY_KIND, status.memory().code())
        .putLong(BUDGET, status.budget())
        .putLong(PROGRAM_BYTES, layout.programBytes())
        .putLong(RESIDENT_BYTES, layout.residentBytes())
        .putLong(WINDOW_BYTES, layout.windowBytes())
        .putLong(ARENA_BYTES, layout.arenaBytes())
        .putLong(STAGING_BYTES, layout.stagingBytes())
        .putLong(HIGH_WATER, status.highWater())
        .putLong(INFERENCES, status.inferences())
        .putLong(BYTES_OPENED, status.bytesOpened())
        .putLong(CHUNKS_OPENED, status.chunksOpened())
        .putLong(LATENCY, status.latency().toNanos())
        .putLong(OPENING, status.opening().toNanos())
        .array();
  }

  /**
   * The status that {@code encoded} stands for.
   *
   * @throws MalformedMessageException if it is none
   */
  public static SessionStatus decode(byte[] encoded) throws MalformedMessageException {
    if (encoded.length != BYTES) {
      throw new MalformedMessageException(
          "a status has %d bytes, this one has %d".formatted(BYTES, encoded.length));
    }
    ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    SecureLayout layout =
        new SecureLayout(
            bytes.getLong(PROGRAM_BYTES),
            bytes.getLong(RESIDENT_BYTES),
            bytes.getLong(WINDOW_BYTES),
            bytes.getLong(ARENA_BYTES),
            bytes.getLong(STAGING_BYTES));
    return new SessionStatus(
        memoryKind(bytes.getLong(MEMORY_KIND)),
        bytes.getLong(BUDGET),
        layout,
        bytes.getLong(HIGH_WATER),
        bytes.getLong(INFERENCES),
        bytes.getLong(BYTES_OPENED),
        bytes.getLong(CHUNKS_OPENED),
        Duration.ofNanos(bytes.getLong(LATENCY)),
        Duration.ofNanos(bytes.getLong(OPENING)));
  }

  /** The kind of memory whose number is {@code code}. */
  public static MemoryKind memoryKind(long code) throws MalformedMessageException {
    for (MemoryKind kind : MemoryKind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    throw new MalformedMessageException("memory kind " + code);
  }
}
