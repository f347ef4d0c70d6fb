package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What docs/program-format.md says in numbers is what the descriptors say. */
class FormatDocumentTest {
  private final String document = read();

  private static String read() {
    try {
      return Files.readString(Path.of("../docs/program-format.md"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void lengthsAndMagicsAgree() {
    assertThat(document)
        .contains("### Header: %d bytes".formatted(ProgramHeaderDescriptor.LENGTH))
        .contains("0x%08X".formatted(ProgramHeaderDescriptor.MAGIC))
        .contains("0x%08X".formatted(CompiledModelDescriptor.MAGIC))
        .contains("### Chunk table: %d bytes a chunk".formatted(ChunkDescriptor.LENGTH))
        .contains(String.format(Locale.ROOT, "= %,d bytes", ChunkDescriptor.MAX_CHUNK_BYTES))
        .contains("### Allocation: %d bytes".formatted(AllocationDescriptor.LENGTH))
        .contains("### View: %d bytes".formatted(ViewDescriptor.SHAPE_OFFSET))
        .contains("pooling: %d bytes".formatted(WindowDescriptor.LENGTH));
  }

  @Test
  void everyCodeIsInATable() {
    for (Activation.Function function : Activation.Function.values()) {
      assertThat(document)
          .contains(
              "| %d | %s | %d |"
                  .formatted(function.code(), function, ActivationDescriptor.parameters(function)));
    }
    for (ElementType type : ElementType.values()) {
      assertThat(document).contains("| %d | %s | %d |".formatted(type.code(), type, type.bytes()));
    }
    for (Space space : Space.values()) {
      assertThat(document).contains("| %d | %s |".formatted(space.code(), space));
    }
    for (Step.Binary.Kind kind : Step.Binary.Kind.values()) {
      assertThat(document.replaceAll("\\s+", " "))
          .contains((kind.code() == 0 ? "Kind " : "") + kind.code() + " " + kind);
    }
  }

  @Test
  void everyStepIsInATable() {
    for (Class<?> step : Step.class.getPermittedSubclasses()) {
      assertThat(document)
          .containsPattern("\\| \\d+ \\| " + step.getSimpleName() + " \\|")
          .contains("**" + step.getSimpleName() + "**");
    }
  }
}
