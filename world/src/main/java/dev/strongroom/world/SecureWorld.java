package dev.strongroom.world;

import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.world.local.LocalConnection;
import dev.strongroom.world.protocol.Connection;
import dev.strongroom.world.protocol.SharedLayout;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place with a fixed amount of secure memory in which sealed models run, one at a time. All that
 * passes through this process on the way there is ciphertext, but for the inputs and answers of its
 * own callers.
 *
 * <pre>{@code
 * try (SecureWorld world = SecureWorld.open(LocalWorldOptions.of(8 << 20)
 *         .withDeviceDirectory(device).withTrustedVendors(List.of(vendor)));
 *     Session session = world.load(Path.of("model.sealed"))) {
 *   Map<String, ByteBuffer> answer = session.infer(Map.of("x", picture));
 * }
 * }</pre>
 */
public final class SecureWorld implements AutoCloseable {
  private final Connection connection;
  private final String kind;
  private final DevicePublicKey device;
  private Optional<Session> current = Optional.empty();

  private SecureWorld(Connection connection, String kind) throws WorldException {
    this.connection = connection;
    this.kind = kind;
    this.device = Handshake.identify(connection);
  }

  /**
   * Opens the local world: a hardened process of its own on this machine. It is not TrustZone, and
   * says so: {@link #simulated}.
   *
   * @throws WorldException if it cannot be started, or this user may not lock so much memory
   */
  public static SecureWorld open(LocalWorldOptions options) throws WorldException {
    Connection connection = LocalConnection.open(options.start());
    try {
      return new SecureWorld(connection, "local");
    } catch (WorldException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Which world it is: {@code local}. */
  public String kind() {
    return kind;
  }

  /** Whether no hardware separates this world from the operating system. */
  public boolean simulated() {
    return true;
  }

  /** What the secure memory is made of. */
  public MemoryKind memory() {
    return connection.memory();
  }

  /** For whom a model has to be sealed to run here. */
  public DevicePublicKey devicePublicKey() {
    return device;
  }

  /**
   * Loads a sealed model from a file.
   *
   * @throws IOException if the file cannot be read
   * @throws WorldException as {@link #load(ByteBuffer)}
   */
  public Session load(Path sealed) throws IOException, WorldException {
    synchronized (connection) {
      try (FileChannel file = FileChannel.open(sealed)) {
        MemorySegment place = placeFor(file.size());
        ByteBuffer bytes = place.asByteBuffer();
        while (bytes.hasRemaining()) {
          if (file.read(bytes) < 0) {
            throw new EOFException(
                "%s ended after %d of %d bytes"
                    .formatted(sealed, bytes.position(), bytes.capacity()));
          }
        }
        return loadFrom(place);
      }
    }
  }

  /**
   * Loads a sealed model, in a session of its own. The session before it must have been closed.
   *
   * @throws WorldException if the seal or the Program in it is refused, if it needs more secure
   *     memory than this world has, or if another session is open
   */
  public Session load(ByteBuffer sealed) throws WorldException {
    synchronized (connection) {
      MemorySegment place = placeFor(sealed.remaining());
      place.copyFrom(MemorySegment.ofBuffer(sealed));
      return loadFrom(place);
    }
  }

  /** Where the sealed model goes; not over one from which another session still streams. */
  private MemorySegment placeFor(long bytes) throws WorldException {
    if (current.isPresent() && !current.get().isOver()) {
      throw WorldException.of(ErrorCode.BUSY, 0, 0);
    }
    SharedLayout.require(SharedLayout.MODEL + bytes, connection.shared().byteSize());
    return connection.shared().asSlice(SharedLayout.MODEL, bytes);
  }

  private Session loadFrom(MemorySegment place) throws WorldException {
    Session session = Session.load(connection, device, place.byteSize());
    current = Optional.of(session);
    return session;
  }

  /** Ends the world: whatever it held is wiped, its process ends. */
  @Override
  public void close() {
    synchronized (connection) {
      connection.close();
    }
  }

  Connection connection() {
    return connection;
  }
}
