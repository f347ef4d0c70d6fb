package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.fixtures.ProgramVectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The vectors in testdata/program are what this version of the format says. */
class ProgramVectorsTest {
  private static final Path DIRECTORY = Path.of("../testdata/program");
  private static final String HOW_TO_WRITE_THEM_ANEW =
      "the format or the vectors changed; if that was intended, raise the format's version where"
          + " old encodings are no longer read, run dev.strongroom.program.fixtures.ProgramVectors"
          + " (class path: program/target/classes and program/target/test-classes) with"
          + " testdata/program as its argument, and commit what it writes";

  private static Map<String, byte[]> stored() throws IOException {
    try (var files = Files.list(DIRECTORY)) {
      Map<String, byte[]> stored = new TreeMap<>();
      for (Path file : files.toList()) {
        stored.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      return stored;
    }
  }

  @Test
  void theStoredVectorsAreThoseThatTheCodecMakes() throws IOException {
    Map<String, byte[]> made = ProgramVectors.files();
    Map<String, byte[]> stored = stored();
    assertThat(stored.keySet()).as(HOW_TO_WRITE_THEM_ANEW).isEqualTo(made.keySet());
    made.forEach(
        (name, content) ->
            assertThat(stored.get(name))
                .as("%s: %s", name, HOW_TO_WRITE_THEM_ANEW)
                .isEqualTo(content));
  }

  @Test
  void theStoredVectorsAreProgramsThatMayRunWithTheirWeights() throws Exception {
    for (Map.Entry<String, byte[]> file : stored().entrySet()) {
      String name = file.getKey().replaceAll("\\.[a-z]+$", "");
      if (file.getKey().endsWith(".bin")) {
        Program program = ProgramCodec.decode(MemorySegment.ofArray(file.getValue()));
        assertThat(Verifier.verify(program).program()).as(name).isEqualTo(program);
        Path weights = DIRECTORY.resolve(name + ".weights");
        byte[] content = Files.exists(weights) ? Files.readAllBytes(weights) : new byte[0];
        assertThat(content).as(name).hasSize((int) program.weightsBytes());
        assertThat(Digest.over(content)).as(name).isEqualTo(program.weightsDigest());
      }
    }
  }

  @Test
  void thereIsAVectorWithEveryKindOfStepAndFunction() throws Exception {
    Map<String, Integer> kinds = new TreeMap<>();
    Map<String, Integer> functions = new TreeMap<>();
    for (Map.Entry<String, byte[]> file : stored().entrySet()) {
      if (file.getKey().endsWith(".bin")) {
        for (Step step : ProgramCodec.decode(MemorySegment.ofArray(file.getValue())).steps()) {
          kinds.merge(step.getClass().getSimpleName(), 1, Integer::sum);
          if (step instanceof Step.Unary unary) {
            functions.merge(unary.activation().function().name(), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(kinds.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Step.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet()));
    assertThat(functions).hasSize(Activation.Function.values().length);
  }
}
