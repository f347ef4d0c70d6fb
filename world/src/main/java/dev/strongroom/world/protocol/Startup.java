package dev.strongroom.world.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a trusted side that is a process needs before it can listen. It reads this from its standard
 * input, so that nothing of it stands in an argument list.
 *
 * <p>Encoded, big-endian as {@link java.io.DataOutput} writes: i32 {@link #MAGIC}; i64 secure
 * memory; i64 shared memory; i32 threads; i64 parent; 32 bytes token; then, each as i32 length and
 * bytes: the path of the socket, the path of the shared file, the device directory; i32 number of
 * vendors; and each vendor's public key.
 *
 * @param secureMemory bytes to reserve
 * @param sharedMemory size of the shared mapping in bytes
 * @param threads that compute
 * @param parent process id of the caller, with which the trusted side dies
 * @param token {@value #TOKEN_BYTES} random bytes by which the caller knows who connects
 * @param deviceDirectory where the device's key lies; empty for a throwaway key
 * @param vendors public keys of the vendors whose models are accepted
 */
public record Startup(
    long secureMemory,
    long sharedMemory,
    int threads,
    long parent,
    byte[] token,
    String socket,
    String sharedFile,
    String deviceDirectory,
    List<byte[]> vendors) {

  /** "SRS1". */
  public static final int MAGIC = 0x53525331;

  /** Length of the token. */
  public static final int TOKEN_BYTES = 32;

  private static final int MAX_ITEM = 1 << 16;

  public Startup {
    token = token.clone();
    vendors = vendors.stream().map(byte[]::clone).toList();
  }

  /** Writes the encoding. */
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeLong(secureMemory);
    out.writeLong(sharedMemory);
    out.writeInt(threads);
    out.writeLong(parent);
    out.write(token);
    writeItem(out, socket.getBytes(StandardCharsets.UTF_8));
    writeItem(out, sharedFile.getBytes(StandardCharsets.UTF_8));
    writeItem(out, deviceDirectory.getBytes(StandardCharsets.UTF_8));
    out.writeInt(vendors.size());
    for (byte[] vendor : vendors) {
      writeItem(out, vendor);
    }
    out.flush();
  }

  /** Reads the encoding. */
  public static Startup read(DataInputStream in) throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new IOException("standard input begins with 0x%08x".formatted(magic));
    }
    long secureMemory = in.readLong();
    long sharedMemory = in.readLong();
    int threads = in.readInt();
    long parent = in.readLong();
    byte[] token = in.readNBytes(TOKEN_BYTES);
    String socket = new String(readItem(in), StandardCharsets.UTF_8);
    String sharedFile = new String(readItem(in), StandardCharsets.UTF_8);
    String deviceDirectory = new String(readItem(in), StandardCharsets.UTF_8);
    int count = in.readInt();
    List<byte[]> vendors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vendors.add(readItem(in));
    }
    return new Startup(
        secureMemory,
        sharedMemory,
        threads,
        parent,
        token,
        socket,
        sharedFile,
        deviceDirectory,
        vendors);
  }

  private static void writeItem(DataOutputStream out, byte[] item) throws IOException {
    out.writeInt(item.length);
    out.write(item);
  }

  private static byte[] readItem(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_ITEM) {
      throw new IOException("an item of %d bytes on standard input".formatted(length));
    }
    return in.readNBytes(length);
  }
}
