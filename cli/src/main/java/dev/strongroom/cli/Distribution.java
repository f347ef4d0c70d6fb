package dev.strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the build laid beside the command's own jar. */
final class Distribution {
  /** Names the directory; the launcher sets it. */
  private static final String DIRECTORY = "strongroom.dist";

  /** Set where the launcher starts the demonstration only to learn what it loads. */
  private static final String REHEARSAL = "strongroom.rehearsal";

  /** What only tests need lies beside. */
  private static final String TEST_MODELS = "test-models";

  private static final String WORLD_CACHE = "world.aot";

  private Distribution() {}

  private static Optional<Path> directory() {
    return Optional.ofNullable(System.getProperty(DIRECTORY)).map(Path::of);
  }

  /** A model that comes with the demonstration. */
  static Path model(String name) throws RequestException {
    return directory()
        .map(d -> d.resolve("models").resolve(name))
        .filter(Files::isReadable)
        .orElseThrow(
            () ->
                new RequestException(
                    "the model %s is not there: build it with ./strongroom or ./check, which fetch it"
                        .formatted(name)));
  }

  /** A model that the build or its tests fetched, if they did. */
  static Optional<Path> modelIfPresent(String name) {
    return directory()
        .flatMap(
            d ->
                Stream.of(d.resolve("models"), d.resolveSibling(TEST_MODELS))
                    .map(models -> models.resolve(name))
                    .filter(Files::isReadable)
                    .findFirst());
  }

  /** The directory of the networks that come along. */
  static Path networks() throws RequestException {
    return directory()
        .map(d -> d.resolve("networks"))
        .filter(Files::isDirectory)
        .orElseThrow(
            () ->
                new RequestException(
                    "the networks are not there: build them with ./strongroom or ./check, which lay them out"));
  }

  /** ONNX Runtime's archive, which lies apart: nothing but a benchmark needs it. */
  static Path onnxRuntime() throws RequestException {
    return directory()
        .map(d -> d.resolve("bench").resolve("onnxruntime.jar"))
        .filter(Files::isReadable)
        .orElseThrow(
            () ->
                new RequestException(
                    "ONNX Runtime is not there: build with ./strongroom or ./check, which fetch it"));
  }

  /** JMH's archive and those it needs, which lie apart for the same reason. */
  static List<Path> jmh() throws IOException, RequestException {
    Optional<Path> archives =
        directory().map(d -> d.resolve("bench").resolve("jmh")).filter(Files::isDirectory);
    if (archives.isEmpty()) {
      throw new RequestException(
          "JMH is not there: build with ./strongroom or ./check, which fetch it");
    }
    try (Stream<Path> files = Files.list(archives.get())) {
      return files.sorted().toList();
    }
  }

  /** Where npm finds which packages hold models for benchmarks, and lays them. */
  static Path npm() throws RequestException {
    return directory()
        .map(d -> d.resolve("npm"))
        .filter(Files::isDirectory)
        .orElseThrow(
            () ->
                new RequestException(
                    "the list of npm's packages is not there: build with ./strongroom or ./check"));
  }

  /**
   * The network of this name that comes along, if {@code path} is a bare name and no file;
   * otherwise {@code path}.
   */
  static Path networkOr(Path path) {
    if (path.getNameCount() != 1 || path.isAbsolute() || Files.exists(path)) {
      return path;
    }
    return directory()
        .map(d -> d.resolve("networks").resolve(path))
        .filter(f -> !path.toString().isEmpty() && Files.isRegularFile(f))
        .orElse(path);
  }

  /** The ahead-of-time cache of the trusted side's virtual machine, if one was made. */
  static Optional<Path> worldCache() {
    return directory().map(d -> d.resolve(WORLD_CACHE)).filter(Files::isReadable);
  }

  /** Where that cache is to be written, if this start is the launcher's rehearsal. */
  static Optional<Path> worldRehearsal() {
    return Boolean.getBoolean(REHEARSAL)
        ? directory().map(d -> d.resolve(WORLD_CACHE))
        : Optional.empty();
  }
}
