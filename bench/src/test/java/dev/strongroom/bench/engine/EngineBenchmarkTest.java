package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.bench.engine.ModelOrigin.OnnxFile;
import dev.strongroom.bench.engine.ModelOrigin.RandomDarknet;
import dev.strongroom.graph.Shape;
import dev.strongroom.seal.ProgressListener;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own measures a model in both engines, and says what hinders it. */
class EngineBenchmarkTest {
  private static final Path ONNX_RUNTIME =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> entry.contains("onnxruntime"))
          .map(Path::of)
          .findFirst()
          .orElseThrow();

  private static final EngineBenchmark BENCHMARK =
      new EngineBenchmark(List.of(1, 2), 4, ONNX_RUNTIME);

  @TempDir private Path directory;

  @Test
  void everyContestantIsTimedAndEveryPeakIsTaken() throws Exception {
    Path cfg = Files.writeString(directory.resolve("small.cfg"), SmallNetwork.CFG);
    List<Long> progress = new ArrayList<>();
    EngineResult result =
        BENCHMARK.measure(
            new EngineModel("small", "24x32", new RandomDarknet(cfg, 7)),
            (done, total) -> {
              progress.add(done);
              assertThat(done).isLessThanOrEqualTo(total);
            });
    assertThat(result.unsupported()).isEmpty();
    assertThat(result.timings())
        .extracting(Timing::threads)
        .containsExactly(1, 1, 1, 1, 2, 2, 2, 2);
    assertThat(result.timings())
        .extracting(Timing::contestant)
        .containsExactly(
            Contestant.STRONGROOM,
            Contestant.STRONGROOM_SMALLEST,
            Contestant.STRONGROOM_INT8,
            Contestant.ONNX_RUNTIME,
            Contestant.STRONGROOM,
            Contestant.STRONGROOM_SMALLEST,
            Contestant.STRONGROOM_INT8,
            Contestant.ONNX_RUNTIME);
    assertThat(result.timings())
        .allSatisfy(
            t -> assertThat(t.medianNanos()).isPositive().isLessThanOrEqualTo(t.p90Nanos()));
    assertThat(result.peakGflops()).containsOnlyKeys(1, 2);
    assertThat(result.peakGflops().values()).allSatisfy(peak -> assertThat(peak).isPositive());
    assertThat(result.macs()).isPositive().isLessThanOrEqualTo(result.smallestMacs());
    assertThat(result.smallestBudget()).isPositive();
    assertThat(progress).isNotEmpty().isSorted();
  }

  @Test
  void aModelThatIsNotSupportedIsLeftOutWithTheReason() throws Exception {
    Path cfg =
        Files.writeString(directory.resolve("odd.cfg"), SmallNetwork.CFG + "\n[lstm]\noutput=3\n");
    EngineResult result =
        BENCHMARK.measure(
            new EngineModel("odd", "24x32", new RandomDarknet(cfg, 7)), ProgressListener.NONE);
    assertThat(result.unsupported().orElseThrow()).contains("odd.cfg").contains("lstm");
    assertThat(result.timings()).isEmpty();
  }

  @Test
  void whatBreaksInTheProcessIsSaidWithTheModel() {
    EngineModel missing =
        new EngineModel("missing", "1x1", new RandomDarknet(directory.resolve("missing.cfg"), 1));
    assertThatThrownBy(() -> BENCHMARK.measure(missing, ProgressListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("missing: java.nio.file.NoSuchFileException");
  }

  @Test
  void originsSurviveTheWayIntoAProcess() {
    OnnxFile file =
        new OnnxFile(
            directory.resolve("a=b.onnx"),
            Map.of("x=1", Shape.of(1, 3, 48, 320), "tokens", Shape.of(1, 64)));
    assertThat(ModelOrigin.of(file.words())).isEqualTo(file);
    RandomDarknet network = new RandomDarknet(directory.resolve("n.cfg"), -5);
    assertThat(ModelOrigin.of(network.words())).isEqualTo(network);
  }
}
