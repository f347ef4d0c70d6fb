package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A truncated, oversized or random file, given wherever a command takes a file, is one clear
 * sentence and exit status 1.
 */
class BadFilesTest {
  private static final long SEED = 20_26;
  private static final long HUGE = 5L << 30;

  @TempDir private static Path directory;
  private static Workshop workshop = new Workshop(Path.of(""));

  @BeforeAll
  static void makeGoodFiles() throws Exception {
    workshop = Workshop.in(directory);
    CommandLineRun drawn =
        CommandLineRun.of(
            "demo", "--save", workshop.file("picture.png"), "--secure-memory", "1KiB");
    assertThat(drawn.status()).isEqualTo(1);
    CommandLineRun run =
        CommandLineRun.of(
            "run",
            workshop.model(),
            "--shape",
            Workshop.SHAPE,
            "--input",
            "x=" + workshop.file("picture.png"),
            "--output",
            workshop.file("out"));
    assertThat(run.status()).as(run.err()).isZero();
  }

  /** Where a command takes a file: the good one, and the command with BAD in its place. */
  private record Place(Path good, List<String> command) {}

  private static List<Place> places() throws Exception {
    String program = workshop.file("model.program");
    String sealed = workshop.file("model.sealed");
    String vendorKey = workshop.file("vendor.key");
    String vendor = workshop.file("vendor.pub");
    String device = workshop.file("device/device.pub");
    String out = workshop.file("never");
    Path array;
    try (Stream<Path> outputs = Files.list(directory.resolve("out"))) {
      array = outputs.findFirst().orElseThrow();
    }
    Path model = Path.of(workshop.model());
    Path picture = Path.of(workshop.file("picture.png"));
    List<String> seal =
        List.of(
            "seal",
            program,
            "--vendor",
            vendorKey,
            "--device",
            device,
            "--model-id",
            "m",
            "--model-version",
            "1",
            "-o",
            out);
    return List.of(
        new Place(model, List.of("inspect", "BAD")),
        new Place(
            model,
            List.of(
                "compile", "BAD", "-o", out, "--secure-memory", "1MiB", "--shape", Workshop.SHAPE)),
        new Place(
            model, List.of("run", "BAD", "--shape", Workshop.SHAPE, "--input", "x=" + picture)),
        new Place(Path.of(program), replaced(seal, program)),
        new Place(Path.of(program), List.of("optee-config", program, "BAD")),
        new Place(Path.of(vendorKey), replaced(seal, vendorKey)),
        new Place(Path.of(device), replaced(seal, device)),
        new Place(Path.of(sealed), List.of("verify", "BAD", "--vendor", vendor)),
        new Place(Path.of(vendor), List.of("verify", sealed, "--vendor", "BAD")),
        new Place(Path.of(sealed), List.of("run", "BAD", "--input", "x=" + picture)),
        new Place(Path.of(program), List.of("run", "BAD", "--input", "x=" + picture)),
        new Place(
            Path.of(vendor), List.of("run", sealed, "--vendor", "BAD", "--input", "x=" + picture)),
        new Place(picture, List.of("run", sealed, "--input", "x=BAD.png")),
        new Place(array, List.of("run", sealed, "--input", "x=BAD")),
        new Place(picture, List.of("demo", "--image", "BAD.png")));
  }

  private static List<String> replaced(List<String> command, String file) {
    return command.stream().map(word -> word.equals(file) ? "BAD" : word).toList();
  }

  /** Files made of a good one that are good no more. */
  private static Map<String, Path> spoilt(Path good, String name) throws IOException {
    byte[] content = Files.readAllBytes(good);
    Random random = new Random(SEED + content.length);
    byte[] noise = new byte[4096];
    random.nextBytes(noise);
    byte[] longer = Arrays.copyOf(content, content.length + noise.length);
    // No field of protobuf, no line of PEM, no chunk of a picture begins with these.
    Arrays.fill(longer, content.length, longer.length, (byte) 0xFF);
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("an empty file", write(name + "-empty", new byte[0]));
    files.put("one byte", write(name + "-byte", new byte[] {7}));
    files.put("random bytes", write(name + "-random", noise));
    files.put(
        "a truncated file", write(name + "-cut", Arrays.copyOf(content, content.length * 2 / 3)));
    files.put(
        "a file cut in its header",
        write(name + "-head", Arrays.copyOf(content, Math.min(20, content.length / 2))));
    if (!good.toString().endsWith(".png")) {
      files.put("a file with something behind its end", write(name + "-long", longer));
    }
    Path huge = directory.resolve(name + "-huge");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.write(content);
      file.setLength(HUGE);
    }
    files.put("an oversized file", huge);
    files.put("a directory", Files.createDirectories(directory.resolve(name + "-directory")));
    files.put("no file", directory.resolve(name + "-none"));
    return files;
  }

  private static Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  @TestFactory
  Stream<DynamicTest> aBadFileIsOneClearSentenceAndExitStatusOne() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    int number = 0;
    for (Place place : places()) {
      String name = "bad" + number++;
      for (Map.Entry<String, Path> bad : spoilt(place.good(), name).entrySet()) {
        String title = "%s for %s".formatted(bad.getKey(), String.join(" ", shown(place)));
        tests.add(DynamicTest.dynamicTest(title, () -> refuses(place, bad.getValue())));
      }
    }
    return tests.stream();
  }

  private static List<String> shown(Place place) {
    return place.command().stream().map(w -> w.replace(directory + "/", "")).toList();
  }

  private static void refuses(Place place, Path bad) throws IOException {
    Path named = bad;
    if (place.command().stream().anyMatch(w -> w.endsWith("BAD.png")) && Files.exists(bad)) {
      named = Files.move(bad, Path.of(bad + ".png"));
    } else if (place.command().stream().anyMatch(w -> w.endsWith("BAD.png"))) {
      named = Path.of(bad + ".png");
    }
    String file = named.toString();
    if (place.command().getFirst().equals("seal") && Files.isRegularFile(named)) {
      Files.setPosixFilePermissions(
          named, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }
    String[] command =
        place.command().stream()
            .map(w -> w.replace("BAD.png", file).replace("BAD", file))
            .toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.status()).as("%s%n%s%s", List.of(command), run.out(), run.err()).isEqualTo(1);
    assertThat(run.out()).as("standard output of %s", List.of(command)).isEmpty();
    assertThat(run.err()).startsWith("strongroom: ").hasLineCount(1).doesNotContain("Exception");
    assertThat(Files.exists(Path.of(workshop.file("never")))).isFalse();
  }
}
