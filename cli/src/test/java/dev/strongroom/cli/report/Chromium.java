package dev.strongroom.cli.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real browser without a screen.
 *
 * @param command the browser
 * @param scratch where it may leave what it needs
 */
public record Chromium(Path command, Path scratch) {
  private static final int SECONDS = 120;

  /**
   * What became of a page.
   *
   * @param dom the document after its scripts ran
   * @param console what the browser wrote to the page's console: errors, and what it refused
   */
  public record Visit(String dom, List<String> console) {}

  /** The first of the names under which Linux distributions have it. */
  public static Optional<Path> find() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens {@code page} and says what it became. */
  public Visit visit(Path page, String fragment) throws IOException, InterruptedException {
    Run run = run(page, fragment, List.of("--dump-dom"));
    return new Visit(
        run.out(), run.err().lines().filter(line -> line.contains(":CONSOLE")).toList());
  }

  /** Takes a picture of {@code page}. */
  public void picture(Path page, Path png, int width, int height, boolean dark)
      throws IOException, InterruptedException {
    Files.createDirectories(png.getParent());
    List<String> options =
        new ArrayList<>(
            List.of("--screenshot=" + png, "--window-size=%d,%d".formatted(width, height)));
    if (dark) {
      options.add("--blink-settings=preferredColorScheme=0");
    }
    Run run = run(page, "", options);
    if (!Files.exists(png)) {
      throw new AssertionError("no picture was taken: " + run.err());
    }
  }

  /** Prints {@code page} to a file. */
  public void print(Path page, Path pdf) throws IOException, InterruptedException {
    Run run = run(page, "", List.of("--print-to-pdf=" + pdf, "--no-pdf-header-footer"));
    if (!Files.exists(pdf)) {
      throw new AssertionError("nothing was printed: " + run.err());
    }
  }

  private record Run(String out, String err) {}

  private Run run(Path page, String fragment, List<String> options)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "out", ".html");
    Path err = Files.createTempFile(scratch, "err", ".txt");
    List<String> words =
        new ArrayList<>(
            List.of(
                command.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--enable-logging=stderr",
                "--virtual-time-budget=5000",
                "--user-data-dir=" + Files.createTempDirectory(scratch, "profile")));
    words.addAll(options);
    words.add(page.toUri() + fragment);
    Process browser =
        new ProcessBuilder(words)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    if (!browser.waitFor(SECONDS, TimeUnit.SECONDS)) {
      browser.destroyForcibly();
      throw new AssertionError(
          "the browser did not end in %d s: %s".formatted(SECONDS, Files.readString(err)));
    }
    return new Run(
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
