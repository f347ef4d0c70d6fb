package dev.strongroom.cli;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Digest;
import dev.strongroom.program.InvalidProgramException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Keeps what the demonstration compiled, so that it need not compile the same again. A build, a
 * model, a width and a budget name an entry; nothing is lost when it goes, and whatever is wrong
 * with it only means compiling again.
 *
 * @param directory holds a directory for each entry
 * @param build tells builds apart
 */
record DemoCache(Path directory, String build) {
  private static final String PROGRAM = "model.program";
  private static final String FIGURES = "figures.properties";
  private static final int MAX_ENTRIES = 4;
  private static final int MAX_FIGURES_BYTES = 1 << 20;

  /** In the user's directory; none where the launcher did not say which build this is. */
  static Optional<DemoCache> ofUser() throws IOException {
    return Distribution.build()
        .map(b -> new DemoCache(Devices.ofUser().home().resolve("cache"), b));
  }

  /** What {@link #put} kept for the same width and budget, if it is whole. */
  Optional<DemoModel> get(int width, Size secureMemory) throws RequestException {
    try {
      Path entry = entry(width, secureMemory);
      Path figuresFile = entry.resolve(FIGURES);
      if (!Files.isRegularFile(figuresFile) || Files.size(figuresFile) > MAX_FIGURES_BYTES) {
        return Optional.empty();
      }
      Properties figures = new Properties();
      try (Reader in = Files.newBufferedReader(figuresFile, StandardCharsets.UTF_8)) {
        figures.load(in);
      }
      CompiledModel compiled = ModelFile.readCompiled(entry.resolve(PROGRAM));
      Files.setLastModifiedTime(entry, FileTime.fromMillis(System.currentTimeMillis()));
      return Optional.of(
          new DemoModel(
              compiled,
              figures.getProperty("alphabet", ""),
              Long.parseLong(figures.getProperty("macs", "")),
              Long.parseLong(figures.getProperty("smallestBudget", ""))));
    } catch (IOException
        | InvalidProgramException
        | RequestException
        | IllegalArgumentException useless) {
      return Optional.empty();
    }
  }

  /** Keeps {@code model}; where that cannot be, nothing is kept. */
  void put(int width, Size secureMemory, DemoModel model) throws RequestException {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path fresh = Files.createTempDirectory(directory, "new-");
      model.compiled().write(fresh.resolve(PROGRAM));
      Properties figures = new Properties();
      figures.setProperty("alphabet", model.alphabet());
      figures.setProperty("macs", Long.toString(model.macs()));
      figures.setProperty("smallestBudget", Long.toString(model.smallestBudget()));
      try (Writer out = Files.newBufferedWriter(fresh.resolve(FIGURES), StandardCharsets.UTF_8)) {
        figures.store(out, null);
      }
      Path entry = entry(width, secureMemory);
      if (Files.exists(entry)) {
        delete(entry);
      }
      Files.move(fresh, entry);
      forgetOldest();
    } catch (IOException noRoomOrNoRight) {
      // The next start compiles again.
    }
  }

  private Path entry(int width, Size secureMemory) throws RequestException, IOException {
    Path model = DemoModel.file();
    String key =
        "%s %d %s %d %d"
            .formatted(
                build,
                Files.size(model),
                Files.getLastModifiedTime(model),
                width,
                secureMemory.bytes());
    return directory.resolve(Digest.over(key.getBytes(StandardCharsets.UTF_8)).hex());
  }

  private void forgetOldest() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> oldestLast =
          entries.sorted(Comparator.comparing(DemoCache::used).reversed()).toList();
      for (Path old :
          oldestLast.subList(Math.min(MAX_ENTRIES, oldestLast.size()), oldestLast.size())) {
        delete(old);
      }
    }
  }

  private static FileTime used(Path entry) {
    try {
      return Files.getLastModifiedTime(entry);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  /** Deletes the two files of an entry, and the entry. */
  private static void delete(Path entry) throws IOException {
    Files.deleteIfExists(entry.resolve(PROGRAM));
    Files.deleteIfExists(entry.resolve(FIGURES));
    Files.deleteIfExists(entry);
  }
}
