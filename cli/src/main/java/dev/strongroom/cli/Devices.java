package dev.strongroom.cli;

import dev.strongroom.cli.io.InputFile;
import dev.strongroom.program.Digest;
import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.DevicePublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which device directories this user has made, one absolute path a line.
 *
 * @param home where strongroom keeps what belongs to the user
 */
record Devices(Path home) {
  private static final String HOME_VARIABLE = "STRONGROOM_HOME";
  private static final int MAX_LIST_BYTES = 1 << 20;

  /** In {@code STRONGROOM_HOME}, or else in {@code ~/.strongroom}. */
  static Devices ofUser() {
    String home = System.getenv(HOME_VARIABLE);
    return new Devices(
        home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".strongroom")
            : Path.of(home));
  }

  private Path list() {
    return home.resolve("devices");
  }

  /** Adds a directory. */
  void add(Path directory) throws IOException {
    if (!Files.isDirectory(home)) {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    String line = directory.toAbsolutePath().normalize() + "\n";
    try (var channel =
        Files.newByteChannel(
            list(),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      // One write: lines of two processes do not mix.
      channel.write(java.nio.ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** The directory of the device whose public key has this id, the latest one added first. */
  Optional<Path> find(Digest keyId) throws RequestException, IOException {
    if (!Files.exists(list())) {
      return Optional.empty();
    }
    String lines =
        new String(
            InputFile.read(list(), "list of devices", MAX_LIST_BYTES), StandardCharsets.UTF_8);
    for (String line : lines.lines().toList().reversed()) {
      if (!line.isBlank() && holds(InputFile.path(line), keyId)) {
        return Optional.of(Path.of(line));
      }
    }
    return Optional.empty();
  }

  /** Whether {@code directory} holds the key with this id; one that has gone does not. */
  static boolean holds(Path directory, Digest keyId) {
    try {
      return DevicePublicKey.load(directory.resolve(DevicePrivateKey.PUBLIC_FILE))
          .id()
          .equals(keyId);
    } catch (IOException goneOrDamaged) {
      return false;
    }
  }

  /** The directories as a person may want to see them. */
  List<String> names() throws RequestException, IOException {
    return Files.exists(list())
        ? new String(
                InputFile.read(list(), "list of devices", MAX_LIST_BYTES), StandardCharsets.UTF_8)
            .lines()
            .toList()
        : List.of();
  }
}
