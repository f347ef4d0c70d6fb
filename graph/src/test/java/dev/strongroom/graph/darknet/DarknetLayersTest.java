package dev.strongroom.graph.darknet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph of every kind of layer computes what Darknet's loops compute with the same weights. */
class DarknetLayersTest {
  private static final long SEED = 4711;

  @TempDir private Path directory;

  static List<SmallNetwork> networks() {
    return SmallNetwork.all();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aLayerMeansWhatItMeansInDarknet(SmallNetwork network) throws Exception {
    DarknetOracle oracle = new DarknetOracle(network.cfg(), SEED, false);
    compare(network.cfg(), oracle, 0, 2, true);
  }

  @Test
  void headersOfEveryVersionAreRead() throws Exception {
    String cfg = SmallNetwork.cfg("[connected] output=6 activation=leaky [connected] output=5");
    for (int[] version : new int[][] {{0, 1}, {0, 2}, {0, 1000}, {1, 0}, {1000, 0}, {-1, 0}}) {
      boolean longCount = List.of("0.2", "1.0").contains(version[0] + "." + version[1]);
      compare(cfg, new DarknetOracle(cfg, SEED, false), version[0], version[1], longCount);
    }
    for (int[] version : new int[][] {{1001, 0}, {0, 1001}}) {
      compare(cfg, new DarknetOracle(cfg, SEED, true), version[0], version[1], false);
    }
  }

  private void compare(String cfg, DarknetOracle oracle, int major, int minor, boolean longCount)
      throws Exception {
    DarknetModel model = DarknetModel.of("test.cfg", cfg);
    assertThat(model.unsupported()).isEmpty();
    Tensor input = Tensor.ofFloats(oracle.input(), model.input().shape().dims());
    double[] expected = oracle.run();
    Path weights = directory.resolve("test.weights");
    Files.write(weights, oracle.file(major, minor, longCount));
    Graph graph = model.bind(new DarknetWeights.File(weights));
    Tensor answer = Interpreter.run(graph, Map.of("input", input)).get("output");
    assertThat(answer.type()).isEqualTo(model.output().orElseThrow());
    assertClose(cfg, answer.floats(), expected);
  }

  static void assertClose(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "%s%nseed %d: element %d of %d is %s, Darknet's loops say %s"
                .formatted(what, SEED, i, actual.length, actual[i], expected[i]));
      }
    }
  }
}
