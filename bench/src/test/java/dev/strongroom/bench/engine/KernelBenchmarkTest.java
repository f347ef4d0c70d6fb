package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strongroom.seal.ProgressListener;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** JMH times kernels in processes of its own. */
class KernelBenchmarkTest {
  private static final String POINTWISE = "conv 1x1, 1x1, 480 to 120";
  private static final String NORM = "layernorm 40x120";

  private static final List<Path> JMH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> entry.matches(".*/(jmh-core|jopt-simple|commons-math3)-[^/]*\\.jar"))
          .map(Path::of)
          .toList();

  private static final KernelBenchmark BENCHMARK = new KernelBenchmark(KernelEffort.QUICK, JMH);

  @Test
  void everyKernelThatIsAskedForIsTimedInItsTurn() throws Exception {
    List<Long> progress = new ArrayList<>();
    KernelReport report =
        BENCHMARK.measure(List.of(NORM, POINTWISE), (done, total) -> progress.add(done));
    assertThat(report.times()).extracting(KernelTime::kernel).containsExactly(NORM, POINTWISE);
    for (KernelTime time : report.times()) {
      assertThat(time.samples()).isEqualTo(KernelEffort.QUICK.spells());
      // Between what no machine reaches and what only kernels that C2 has not compiled take.
      assertThat(time.medianNanos()).as(time.kernel()).isBetween(100.0, 5e6);
      assertThat(time.meanNanos()).as(time.kernel()).isPositive();
      assertThat(time.errorNanos()).as(time.kernel()).isNotNegative().isFinite();
      assertThat(time.allocatedBytes()).as(time.kernel()).isNotNegative().isFinite();
    }
    assertThat(report.peakGflops()).isPositive();
    assertThat(progress).startsWith(0L).endsWith(2L).isSorted();
  }

  @Test
  void aKernelThatDoesNotExistIsSaid() {
    assertThatThrownBy(() -> BENCHMARK.measure(List.of("gemm"), ProgressListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there is no kernel 'gemm'");
  }

  @Test
  void speedFollowsFromTheMedian() {
    KernelTime time = new KernelTime("k", true, 3_000, 16, 100, 120, 10, 0);
    assertThat(time.gigaPerSecond()).isCloseTo(30, within(1e-9));
    assertThat(time.percentOf(60).orElseThrow()).isCloseTo(50, within(1e-9));
    assertThat(new KernelTime("k", false, 3_000, 16, 100, 120, 10, 0).percentOf(60)).isEmpty();
  }

  @Test
  void theExpectedTimeGrowsWithForksAndKernels() {
    assertThat(new KernelEffort(2, 1, 3, 50).expected(10))
        .isEqualTo(KernelEffort.QUICK.expected(20));
    assertThat(KernelEffort.FULL.expected(1).toSeconds()).isLessThan(10);
  }
}
