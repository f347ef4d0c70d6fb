package dev.strongroom.graph.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same networks, where Darknet itself is installed, answered by it. */
class DarknetLibraryTest {
  private static final long SEED = 815;

  @TempDir private Path directory;

  @Test
  void darknetItselfAnswersTheSame() throws Throwable {
    assumeTrue(DarknetLibrary.isThere(), "the Debian package darknet is not installed");
    DarknetLibrary darknet = new DarknetLibrary();
    Path cfg = directory.resolve("test.cfg");
    Path weights = directory.resolve("test.weights");
    int compared = 0;
    for (SmallNetwork network : SmallNetwork.all()) {
      if (!network.known()) {
        continue;
      }
      DarknetOracle oracle = new DarknetOracle(network.cfg(), SEED, false);
      float[] input = oracle.input();
      oracle.run();
      Files.writeString(cfg, network.cfg());
      Files.write(weights, oracle.file(0, 2, true));
      DarknetModel model = DarknetModel.read(cfg);
      float[] answer =
          Interpreter.run(
                  model.bind(new DarknetWeights.File(weights)),
                  Map.of("input", Tensor.ofFloats(input, model.input().shape().dims())))
              .get("output")
              .floats();
      float[] expected = darknet.run(cfg, weights, input, answer.length);
      for (int i = 0; i < answer.length; i++) {
        double tolerance = Math.max(1e-5, 1e-4 * Math.abs(expected[i]));
        assertThat(Math.abs(answer[i] - expected[i]))
            .as("%s: element %d is %s, Darknet says %s", network, i, answer[i], expected[i])
            .isLessThanOrEqualTo((float) tolerance);
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(30);
  }
}
