package dev.strongroom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementBenchmarkTest {
  private static final Path INSTANCES = Path.of("../testdata/minimalloc");

  /** Far more than the second or two that it takes. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Of the exact search, however fast the machine is; 8,573 is the most that one takes. */
  private static final long MOST_NODES = 10_000;

  @ParameterizedTest
  @ValueSource(strings = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"})
  void miniMallocsInstancesFitIntoOneMebibyte(String letter) throws Exception {
    Path file = INSTANCES.resolve(letter + ".1048576.csv");
    PlacementInstance instance = PlacementInstance.parse(letter, Files.readString(file));
    PlacementBenchmark.Outcome outcome = PlacementBenchmark.run(instance, 1 << 20, false, LIMIT);
    assertThat(outcome.peak()).as("%s", outcome).isBetween(outcome.lowerBound(), 1L << 20);
    assertThat(outcome.fits()).as("%s", outcome).isTrue();
    assertThat(outcome.nodes()).as("%s", outcome).isLessThan(MOST_NODES);
    assertThat(outcome.seconds()).as("%s", outcome).isLessThan(LIMIT.toSeconds());
  }

  @Test
  void itGoesOnBelowTheCapacityIfTold() throws Exception {
    PlacementInstance instance =
        PlacementInstance.parse(
            "three", "id,lower,upper,size\n0,0,2,10\n1,1,3,20\n2,2,4,10\n3,0,4,5\n");
    assertThat(PlacementBenchmark.run(instance, 1_000, true, LIMIT).peak()).isEqualTo(35);
    assertThat(PlacementBenchmark.run(instance, 30, false, LIMIT).fits()).isFalse();
    assertThat(PlacementBenchmark.run(instance, 30, false, LIMIT).optimal()).isTrue();
  }
}
