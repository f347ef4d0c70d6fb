package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.seal.SealedModelHeader;
import dev.strongroom.seal.SealedSize;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code optee-config} on a real compiled model, the figures worked from its certificate. */
class OpteeConfigCommandTest {
  private static final long OWN_HEAP = 64 << 10;
  private static final long PAGE = 4096;

  @TempDir private static Path directory;
  private static Workshop workshop = new Workshop(Path.of(""));

  @BeforeAll
  static void makeFiles() throws Exception {
    workshop = Workshop.in(directory);
  }

  private static JsonNode json(String... more) {
    String[] words = new String[more.length + 2];
    words[0] = "optee-config";
    System.arraycopy(more, 0, words, 1, more.length);
    words[words.length - 1] = "--json";
    CommandLineRun run = CommandLineRun.of(words);
    assertThat(run.status()).as(run.err()).isZero();
    return run.json();
  }

  @Test
  void theSizeThatIsForetoldIsTheSealedModels() throws Exception {
    Path sealed = Path.of(workshop.file("model.sealed"));
    Program program = ModelFile.readCompiled(Path.of(workshop.file("model.program"))).program();
    SealedSize foretold = SealedSize.of(program, ProgramCodec.encode(program).length);
    assertThat(foretold.fileBytes()).isEqualTo(Files.size(sealed));
    assertThat(foretold.headerBytes()).isEqualTo(SealedModelHeader.peek(sealed).headerBytes());
  }

  @Test
  void aSmallModelNeedsNothingOfTheTrustedOs() throws Exception {
    JsonNode answer = json(workshop.file("model.program"));
    long footprint = answer.at("/programs/0/footprint").longValue();
    Path sealed = Path.of(workshop.file("model.sealed"));
    long heap = footprint + SealedModelHeader.peek(sealed).headerBytes() + OWN_HEAP;
    assertThat(answer.get("TA_DATA_SIZE").longValue()).isEqualTo((heap + PAGE - 1) / PAGE * PAGE);
    assertThat(answer.at("/programs/0/sealedBytes").longValue()).isEqualTo(Files.size(sealed));
    assertThat(answer.get("userTaHeaderDefines").stringValue())
        .contains("#define TA_DATA_SIZE " + answer.get("TA_DATA_SIZE").longValue());
    assertThat(answer.get("modelParameters").longValue() + answer.get("results").longValue())
        .isEqualTo(footprint);
    JsonNode rpi3 = answer.at("/boards/rpi3");
    assertThat(rpi3.get("stockSuffices").booleanValue()).isTrue();
    assertThat(rpi3.get("changes")).isEmpty();
    assertThat(rpi3.get("TEE_RAM").longValue()).isEqualTo(footprint + (7 << 20));
    assertThat(rpi3.get("pageTables").longValue())
        .isEqualTo((footprint + (7 << 20)) / (2 << 20) + 1);
    assertThat(answer.at("/boards/qemu-v8/make").stringValue())
        .isEqualTo("make PLATFORM=vexpress-qemu_armv8a");
    assertThat(answer.has("oneAtATime")).isFalse();

    CommandLineRun run =
        CommandLineRun.of("optee-config", workshop.file("model.program"), "--board", "qemu-v8");
    assertThat(run.out())
        .contains("qemu-v8: nothing in the trusted OS needs to change")
        .contains("an allowance")
        .contains("#define TA_STACK_SIZE ")
        .doesNotContain("rpi3");
  }

  @Test
  void compileSaysTheSameOfTheModelThatItCompiles() throws Exception {
    CommandLineRun compile =
        CommandLineRun.of(
            "compile",
            workshop.model(),
            "-o",
            workshop.file("same.program"),
            "--secure-memory",
            "1MiB",
            "--shape",
            Workshop.SHAPE,
            "--json");
    JsonNode answer = json(workshop.file("same.program"));
    JsonNode optee = compile.json().get("optee");
    assertThat(optee.get("boards")).isEqualTo(answer.get("boards"));
    assertThat(optee.get("TA_DATA_SIZE")).isEqualTo(answer.get("TA_DATA_SIZE"));
  }

  @Test
  void severalModelsAddUpWhenLoadedTogether() {
    String program = workshop.file("model.program");
    JsonNode one = json(program);
    JsonNode twenty = json(java.util.Collections.nCopies(20, program).toArray(String[]::new));
    assertThat(twenty.get("results").longValue()).isEqualTo(20 * one.get("results").longValue());
    assertThat(twenty.get("TA_DATA_SIZE").longValue())
        .isGreaterThan(15 * one.get("TA_DATA_SIZE").longValue());
    assertThat(twenty.at("/boards/rpi3/stockSuffices").booleanValue()).isFalse();
    assertThat(twenty.at("/boards/rpi3/changes/CFG_TZDRAM_SIZE").longValue())
        .isGreaterThan(15 << 20);
    assertThat(twenty.at("/oneAtATime/TA_DATA_SIZE")).isEqualTo(one.get("TA_DATA_SIZE"));
    assertThat(twenty.at("/oneAtATime/boards")).isEqualTo(one.get("boards"));
  }

  @Test
  void aSealedModelDoesNotSayEnoughAndTheRefusalSaysWhatDoes() {
    CommandLineRun run = CommandLineRun.of("optee-config", workshop.file("model.sealed"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("name the file that 'compile' wrote").hasLineCount(1);
  }
}
