package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is made of medians: ratios, operations a second, and geometric means. */
class EngineReportTest {
  private static final EngineReport REPORT =
      new EngineReport(List.of(result("a", 2_000_000, 38.0), result("b", 8_000_000, 40.0)));

  /**
   * Ours takes {@code nanos}, in the smallest memory three times that, the other 4 ms; on two
   * threads half of that, twice that half, and 1 ms.
   */
  private static EngineResult result(String name, long nanos, double peak) {
    return new EngineResult(
        new EngineModel(name, "1x1", new ModelOrigin.RandomDarknet(Path.of(name), 1)),
        20_000_000,
        24_000_000,
        1_000,
        List.of(
            new Timing(Contestant.STRONGROOM, 1, nanos, nanos, 0),
            new Timing(Contestant.STRONGROOM_SMALLEST, 1, 3 * nanos, 3 * nanos, 0),
            new Timing(Contestant.ONNX_RUNTIME, 1, 4_000_000, 4_000_000, 0),
            new Timing(Contestant.STRONGROOM, 2, nanos / 2, nanos / 2, 0),
            new Timing(Contestant.STRONGROOM_SMALLEST, 2, nanos, nanos, 0),
            new Timing(Contestant.ONNX_RUNTIME, 2, 1_000_000, 1_000_000, 0)),
        Map.of(1, peak, 2, 2 * peak),
        Optional.empty());
  }

  @Test
  void ratiosAreOfMediansOnAsManyThreads() {
    assertThat(REPORT.threads()).containsExactly(1, 2);
    assertThat(REPORT.rows()).hasSize(12);
    assertThat(REPORT.rows().stream().map(EngineRow::ratioToOnnxRuntime))
        .containsExactly(0.5, 1.5, 1.0, 1.0, 2.0, 1.0, 2.0, 6.0, 1.0, 4.0, 8.0, 1.0);
    EngineRow smallest = REPORT.rows().get(1);
    assertThat(smallest.ratioToUnconstrained()).hasValue(3);
    assertThat(smallest.budgetBytes()).hasValue(1_000);
  }

  @Test
  void operationsAreCountedAsTwiceTheMultiplyAccumulatesThatAreDone() {
    EngineRow ours = REPORT.rows().get(0);
    assertThat(ours.gflops().orElseThrow()).isCloseTo(20, within(1e-9));
    assertThat(ours.percentOfPeak().orElseThrow()).isCloseTo(50, within(1e-9));
    assertThat(REPORT.rows().get(1).gflops().orElseThrow()).isCloseTo(8, within(1e-9));
    EngineRow theirs = REPORT.rows().get(2);
    assertThat(theirs.gflops()).isEmpty();
    assertThat(theirs.budgetBytes()).isEmpty();
  }

  @Test
  void int8IsComparedWithOursInFp32WhereItWasMeasured() {
    EngineResult without = REPORT.results().getFirst();
    assertThat(REPORT.int8ToFp32(without, 1)).isEmpty();
    List<Timing> timings = new ArrayList<>(without.timings());
    timings.add(new Timing(Contestant.STRONGROOM_INT8, 1, 500_000, 500_000, 0));
    EngineResult with =
        new EngineResult(without.model(), 1, 1, 1, timings, without.peakGflops(), Optional.empty());
    assertThat(REPORT.int8ToFp32(with, 1)).hasValue(0.25);
    assertThat(REPORT.int8ToFp32(with, 2)).isEmpty();
  }

  @Test
  void meansAreGeometricAndOfAsManyThreads() {
    assertThat(REPORT.meanToOnnxRuntime(1)).isCloseTo(1, within(1e-9));
    assertThat(REPORT.meanToUnconstrained(1)).isCloseTo(3, within(1e-9));
    assertThat(REPORT.meanToOnnxRuntime(2)).isCloseTo(2, within(1e-9));
    assertThat(REPORT.meanToUnconstrained(2)).isCloseTo(2, within(1e-9));
    assertThat(REPORT.peakGflops(1)).isEqualTo(40);
    assertThat(REPORT.peakGflops(2)).isEqualTo(80);
  }
}
