package dev.strongroom.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs things as a user without privileges: as the one who runs the tests, or, if that is root, as
 * somebody else, since root may look into everything.
 */
final class OrdinaryUser {
  private static final int NOBODY = 65534;

  private final Path directory;
  private final boolean root;

  /** Uses {@code directory} for what the user has to be able to read. */
  OrdinaryUser(Path directory) throws IOException {
    this.directory = directory;
    this.root = isRoot();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  /** The class path, where the user can read it. */
  List<Path> classPath() throws IOException {
    List<Path> entries = new ArrayList<>();
    for (Path entry : ChildJvm.classPath()) {
      Path copy = directory.resolve(String.valueOf(entries.size()));
      if (Files.isDirectory(entry)) {
        copyTree(entry, copy);
        entries.add(copy);
      } else if (entry.getFileName().toString().startsWith("strongroom-")) {
        entries.add(Files.copy(entry, Path.of(copy + ".jar")));
      }
    }
    return entries;
  }

  /** Starts a command, errors merged into its output. */
  Process start(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>();
    if (root) {
      whole.addAll(
          List.of(
              "setpriv",
              "--reuid=" + NOBODY,
              "--regid=" + NOBODY,
              "--clear-groups",
              "--inh-caps=-all"));
    }
    whole.addAll(command);
    return new ProcessBuilder(whole)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }

  /** Runs a shell's command, and says how it ended. */
  int run(String command) throws IOException, InterruptedException {
    Process process = start(List.of("/bin/sh", "-c", command));
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
