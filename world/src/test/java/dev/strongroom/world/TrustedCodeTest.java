package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.VendorPrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts the trusted computing base: the files of ours that the trusted side really loads, and all
 * of the engine's, as a model may ask for any kernel.
 */
class TrustedCodeTest {
  private static final Path ROOMS = Path.of(System.getProperty("basedir", "")).resolve("..");
  private static final Set<String> TRUSTED = Set.of("program", "seal", "engine", "world");

  @Test
  void theTrustedSideLoadsNothingOfTheCompilerOrTheImporters(@TempDir Path directory)
      throws Exception {
    Set<Path> sources = new TreeSet<>();
    for (String type : loadedClasses(directory)) {
      sources.add(source(type));
    }
    try (var engine = Files.walk(ROOMS.resolve("engine/src/main/java/dev"))) {
      engine.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
    }
    Map<String, Integer> linesOfRoom = new TreeMap<>();
    for (Path source : sources) {
      String room = ROOMS.relativize(source).getName(0).toString();
      linesOfRoom.merge(room, linesOfCode(Files.readAllLines(source)), Integer::sum);
    }
    assertThat(linesOfRoom).containsOnlyKeys(TRUSTED);

    int total = linesOfRoom.values().stream().mapToInt(Integer::intValue).sum();
    String summary =
        "trusted side: %,d lines of Java in %d files (%s)"
            .formatted(
                total,
                sources.size(),
                linesOfRoom.entrySet().stream()
                    .map(e -> "%s %,d".formatted(e.getKey(), e.getValue()))
                    .collect(Collectors.joining(", ")));
    System.out.println(summary);
    String files =
        sources.stream()
            .map(s -> ROOMS.relativize(s).toString())
            .collect(Collectors.joining("\n", "\n", "\n"));
    Files.writeString(ROOMS.resolve("world/target/tcb.txt"), summary + files);
  }

  @Test
  void countsLinesThatAreNeitherBlankNorComment() {
    String code =
        """
        /* licence
           of two lines */
        package p;

        // a remark
        /** Documented. */
        class A { // with a remark
          String s = "/* no comment */";
          /* short */ int i;
        }
        """;
    assertThat(linesOfCode(code.lines().toList())).isEqualTo(5);
  }

  /** What a trusted side loads of ours from its start through a load and two inferences. */
  private static Set<String> loadedClasses(Path directory) throws Exception {
    Path log = directory.resolve("classes.log");
    Path device = directory.resolve("device");
    VendorPrivateKey vendor = VendorPrivateKey.generate();
    DevicePrivateKey.generate().save(device);
    LocalWorldOptions options =
        LocalWorldOptions.of(64 * 1024)
            .withTrustedVendors(List.of(vendor.publicKey()))
            .withDeviceDirectory(device)
            .withUncheckedJvmFlags(List.of("-Xlog:class+load:file=" + log + ":none"));
    try (SecureWorld world = SecureWorld.open(options);
        Session session = world.load(TinyModel.of(1).seal(vendor, world.devicePublicKey()))) {
      session.infer(TinyModel.input(1));
      session.infer(TinyModel.input(2));
      session.status();
    }
    try (var lines = Files.lines(log)) {
      return lines
          .filter(line -> line.startsWith("dev.strongroom."))
          .map(line -> line.split("[ $/]", 2)[0])
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Path source(String type) throws IOException {
    Path inRoom = Path.of("src/main/java", type.replace('.', '/') + ".java");
    try (var rooms = Files.list(ROOMS)) {
      return rooms
          .map(room -> room.resolve(inRoom))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow(() -> new AssertionError("no room has the source of " + type));
    }
  }

  private static int linesOfCode(List<String> lines) {
    int count = 0;
    boolean inComment = false;
    for (String line : lines) {
      String rest = line.strip();
      if (inComment) {
        int end = rest.indexOf("*/");
        inComment = end < 0;
        rest = inComment ? "" : rest.substring(end + 2).strip();
      }
      while (rest.startsWith("/*")) {
        int end = rest.indexOf("*/", 2);
        inComment = end < 0;
        rest = inComment ? "" : rest.substring(end + 2).strip();
      }
      if (!rest.isEmpty() && !rest.startsWith("//")) {
        count++;
      }
    }
    return count;
  }
}
