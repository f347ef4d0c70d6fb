package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The demonstration from end to end, as a user starts it. */
class DemoCommandTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"meter, 0042719", "card, 4000 0566 5566 5556", "parcel, SR-7Q4-X91-ZURICH"})
  void theDemonstrationReadsExactlyWhatWasDrawn(String picture, String drawn) {
    CommandLineRun run = CommandLineRun.of("demo", "--picture", picture, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.get("text").stringValue()).isEqualTo(drawn);
    JsonNode memory = answer.get("secureMemory");
    long footprint = memory.get("footprint").longValue();
    assertThat(memory.get("highWater").longValue()).isEqualTo(footprint);
    assertThat(footprint).isLessThanOrEqualTo(8 << 20);
    assertThat(answer.get("weightsBytes").longValue()).isGreaterThan(8 << 20);
    assertThat(answer.at("/perInference/bytesOpened").longValue())
        .as("what is not resident is opened each time")
        .isEqualTo(answer.get("weightsBytes").longValue() - memory.get("resident").longValue());
    assertThat(answer.at("/latencyMs/first").doubleValue()).isPositive();
  }

  @Test
  void aPictureThatWasSavedIsReadFromItsFile() {
    String saved = directory.resolve("saved.png").toString();
    CommandLineRun first =
        CommandLineRun.of("demo", "--text", "STRONGROOM", "--picture", "parcel", "--save", saved);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.out()).contains("STRONGROOM").contains("ciphertext only");
    CommandLineRun second =
        CommandLineRun.of("demo", "--image", saved, "--secure-memory", "4MiB", "--json");
    assertThat(second.json().get("text").stringValue()).isEqualTo("STRONGROOM");
    assertThat(second.json().at("/secureMemory/footprint").longValue())
        .isLessThanOrEqualTo(4 << 20);
  }

  @Test
  void aPlaceWhereNoPictureCanBeSavedIsNamed() {
    String nowhere = directory.resolve("nowhere/saved.png").toString();
    CommandLineRun refused = CommandLineRun.of("demo", "--save", nowhere);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains(nowhere).hasLineCount(1);
  }

  @Test
  void tooLittleSecureMemoryIsAnsweredWithTheLeastThatWorks() {
    CommandLineRun refused = CommandLineRun.of("demo", "--secure-memory", "1MiB", "--json");
    assertThat(refused.status()).isEqualTo(1);
    long smallest = refused.json().at("/error/smallestBudget").longValue();
    assertThat(refused.err()).contains("--secure-memory " + smallest);
    CommandLineRun met =
        CommandLineRun.of("demo", "--secure-memory", Long.toString(smallest), "--json");
    assertThat(met.status()).as(met.err()).isZero();
    assertThat(met.json().at("/secureMemory/highWater").longValue()).isLessThanOrEqualTo(smallest);
    CommandLineRun oneLess =
        CommandLineRun.of("demo", "--secure-memory", Long.toString(smallest - 1));
    assertThat(oneLess.status()).isEqualTo(1);
  }
}
