package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is said of the engine where it may not be known is what the engine says. */
class EngineJvmTest {
  private static final Path ENGINE = Path.of("..", "engine");

  @Test
  void theEngineIsTestedWithTheFlagsOfTheTrustedSide() throws Exception {
    assertThat(flags("pom.xml", "<test\\.jvm\\.args>([^<]*)<", "-XX:\\S+"))
        .containsExactlyInAnyOrderElementsOf(EngineJvm.flags());
  }

  @Test
  void theEngineDescribesTheFlagsOfTheTrustedSide() throws Exception {
    assertThat(
            flags(
                "src/main/java/dev/strongroom/engine/package-info.java",
                "(?s)(.*)",
                "(?<= \\* )-XX:\\S+"))
        .containsExactlyInAnyOrderElementsOf(EngineJvm.flags());
  }

  /** Each {@code flag} in the one {@code part} of a file of the engine. */
  private static List<String> flags(String file, String part, String flag) throws Exception {
    String text = Files.readString(ENGINE.resolve(file));
    String within =
        Pattern.compile(part).matcher(text).results().findFirst().orElseThrow().group(1);
    return Pattern.compile(flag).matcher(within).results().map(found -> found.group()).toList();
  }

  @Test
  void aWorldMayHaveAsManyThreadsAsAnEngine() {
    assertThat(LocalWorldOptions.MOST_THREADS).isEqualTo(Engine.MOST_THREADS);
  }
}
