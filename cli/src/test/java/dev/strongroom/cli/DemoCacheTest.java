package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCacheTest {
  private static final Size BUDGET = Size.parse("8MiB");

  @TempDir private static Path workshopDirectory;
  @TempDir private Path directory;

  private DemoCache cache = new DemoCache(Path.of(""), "");
  private DemoModel model = new DemoModel(someModel(), "a\nb\nσ", 12, 34);

  private static CompiledModel someModel() {
    try {
      return CompiledModel.read(workshopDirectory.resolve("model.program"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @BeforeAll
  static void compileSomething() throws Exception {
    Workshop.in(workshopDirectory);
  }

  @BeforeEach
  void openCache() {
    cache = new DemoCache(directory.resolve("cache"), "build 1");
  }

  private Path onlyEntry() throws Exception {
    try (Stream<Path> entries = Files.list(cache.directory())) {
      List<Path> all = entries.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void whatWasKeptComesBackAsItWas() throws Exception {
    assertThat(cache.get(320, BUDGET)).isEmpty();
    cache.put(320, BUDGET, model);
    DemoModel kept = cache.get(320, BUDGET).orElseThrow();
    assertThat(kept.alphabet()).isEqualTo(model.alphabet());
    assertThat(kept.macs()).isEqualTo(12);
    assertThat(kept.smallestBudget()).isEqualTo(34);
    assertThat(Digest.over(bytes(kept))).isEqualTo(Digest.over(bytes(model)));
  }

  private static byte[] bytes(DemoModel model) {
    byte[] bytes = new byte[model.compiled().weights().remaining()];
    model.compiled().weights().get(bytes);
    return bytes;
  }

  @Test
  void anotherWidthBudgetOrBuildIsAnotherEntry() throws Exception {
    cache.put(320, BUDGET, model);
    assertThat(cache.get(352, BUDGET)).isEmpty();
    assertThat(cache.get(320, Size.parse("4MiB"))).isEmpty();
    assertThat(new DemoCache(cache.directory(), "build 2").get(320, BUDGET)).isEmpty();
  }

  @Test
  void aDamagedEntryOnlyMeansCompilingAgain() throws Exception {
    cache.put(320, BUDGET, model);
    Path program = onlyEntry().resolve("model.program");
    byte[] bytes = Files.readAllBytes(program);
    bytes[bytes.length / 2] ^= 1;
    Files.write(program, bytes);
    assertThat(cache.get(320, BUDGET)).isEmpty();
    Files.writeString(onlyEntry().resolve("figures.properties"), "macs=\\u00zz");
    assertThat(cache.get(320, BUDGET)).isEmpty();
    cache.put(320, BUDGET, model);
    assertThat(cache.get(320, BUDGET)).isPresent();
  }

  @Test
  void onlyTheLatestFewEntriesAreKept() throws Exception {
    for (int width = 320; width < 320 + 7 * 32; width += 32) {
      cache.put(width, BUDGET, model);
    }
    try (Stream<Path> entries = Files.list(cache.directory())) {
      assertThat(entries).hasSize(4);
    }
    assertThat(cache.get(320 + 6 * 32, BUDGET)).isPresent();
  }
}
