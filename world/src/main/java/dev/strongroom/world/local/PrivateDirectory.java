package dev.strongroom.world.local;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A fresh directory that only this user enters, for the socket and the shared file, both of which
 * are unlinked as soon as both sides have them.
 */
record PrivateDirectory(Path path) implements AutoCloseable {
  /** Longer paths do not fit a socket's address. */
  private static final int MAX_SOCKET_PATH = 100;

  /**
   * Creates one, in memory ({@code /dev/shm}) if a file of {@code bytes} fits there, else where
   * temporary files go.
   */
  static PrivateDirectory create(long bytes) throws IOException {
    List<Path> places =
        List.of(
            Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")), Path.of("/tmp"));
    IOException last = new IOException("there is no place for temporary files: " + places);
    for (Path place : places) {
      try {
        if (fits(place, bytes)) {
          return new PrivateDirectory(
              Files.createTempDirectory(
                  place,
                  "strongroom-",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------"))));
        }
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private static boolean fits(Path place, long bytes) throws IOException {
    if (!Files.isDirectory(place) || place.toString().length() > MAX_SOCKET_PATH / 2) {
      return false;
    }
    FileStore store = Files.getFileStore(place);
    return store.getUsableSpace() >= bytes;
  }

  Path socket() {
    return path.resolve("socket");
  }

  Path shared() {
    return path.resolve("shared");
  }

  /** Unlinks what is left, and the directory. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket());
    Files.deleteIfExists(shared());
    Files.deleteIfExists(path);
  }
}
