package dev.strongroom.graph.darknet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks that come along are those of their papers. */
class NetworksTest {
  private static final Path DIRECTORY = Path.of("../bench/networks");
  private static final long SEED = 7;

  /** Figures as the papers, or others who computed them, round them; statistics are not counted. */
  @ParameterizedTest
  @CsvSource({
    "mobilenet_v1.cfg, 256, 4.2e6, 742e6",
    "mobilenet_v2.cfg, 224, 3.5e6, 300e6",
    "resnet18.cfg, 256, 11.7e6, 2.36e9",
    "darknet_tiny.cfg, 224, 1.05e6, 0.49e9"
  })
  void aNetworkHasThePapersParametersAndMacs(String name, int size, double parameters, double macs)
      throws Exception {
    DarknetModel model = DarknetModel.read(DIRECTORY.resolve(name));
    assertThat(model.unsupported()).isEmpty();
    assertThat(model.input().shape().dims()).containsExactly(1, 3, size, size);
    assertThat(model.output().orElseThrow().shape().dims()).containsExactly(1, 1000);
    assertThat((double) model.parameters())
        .as("parameters of %s", name)
        .isCloseTo(parameters, Percentage.withPercentage(1.5));
    assertThat((double) model.macs().orElseThrow())
        .as("MACs of %s", name)
        .isCloseTo(macs, Percentage.withPercentage(1));
    Graph graph = model.bind(new DarknetWeights.Seeded(SEED));
    assertThat(graph.parameters()).isEqualTo(model.parameters());
    assertThat(Macs.of(graph)).isEqualTo(model.macs().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mobilenet_v1.cfg", "mobilenet_v2.cfg", "resnet18.cfg", "darknet_tiny.cfg"})
  void randomWeightsNeitherLetActivationsDieNorExplode(String name) throws Exception {
    String small =
        Files.readString(DIRECTORY.resolve(name))
            .replaceFirst("width=\\d+", "width=64")
            .replaceFirst("height=\\d+", "height=64");
    staysAlive(DarknetModel.of(name, small));
  }

  @Test
  void randomWeightsServeAHundredLayersWithAndWithoutNormalisation() throws Exception {
    for (String norm : List.of("", "batch_normalize=1\n")) {
      StringBuilder cfg = new StringBuilder("[net]\nwidth=16\nheight=16\nchannels=3\n");
      for (int i = 0; i < 100; i++) {
        cfg.append("[convolutional]\n").append(norm).append("filters=16\nsize=3\npad=1\n");
        cfg.append("activation=").append(i % 3 == 0 ? "leaky" : "relu").append('\n');
      }
      staysAlive(DarknetModel.of("deep" + norm.length(), cfg.toString()));
    }
  }

  /** Runs the network step by step: no layer's mean square leaves 1e-4 to 1e4. */
  private static void staysAlive(DarknetModel model) throws Exception {
    Graph graph = model.bind(new DarknetWeights.Seeded(SEED));
    SplittableRandom random = new SplittableRandom(SEED);
    float[] input = new float[(int) model.input().shape().elements()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextDouble(-1, 1);
    }
    List<String> watched =
        graph.nodes().stream()
            .filter(n -> n.op() instanceof Op.Conv || n.op() instanceof Op.BatchNorm)
            .map(Node::output)
            .toList();
    Graph open =
        new Graph(
            graph.name(), graph.inputs(), watched, graph.nodes(), graph.constants(), graph.types());
    Map<String, Tensor> values =
        Interpreter.run(
            open, Map.of("input", Tensor.ofFloats(input, model.input().shape().dims())));
    values.forEach(
        (name, value) -> {
          double square = 0;
          for (float v : value.floats()) {
            square += (double) v * v / value.shape().elements();
          }
          assertThat(square)
              .as("mean square of %s in %s, seed %d", name, model.name(), SEED)
              .isBetween(1e-4, 1e4);
        });
  }

  @Test
  void theSameSeedGivesTheSameWeightsEverywhereAndAnotherOneOthers() throws Exception {
    DarknetModel model = DarknetModel.read(DIRECTORY.resolve("darknet_tiny.cfg"));
    Graph once = model.bind(new DarknetWeights.Seeded(1));
    Graph again = model.bind(new DarknetWeights.Seeded(1));
    Graph other = model.bind(new DarknetWeights.Seeded(2));
    assertThat(once.constants()).isNotEmpty();
    once.constants()
        .forEach(
            (name, tensor) -> {
              assertThat(tensor.data()).isEqualTo(tensor(again, name).data());
              assertThat(tensor.data()).isNotEqualTo(tensor(other, name).data());
            });
    // Written down: another machine, or another version of Java, has to find the same.
    assertThat(Arrays.copyOf(tensor(once, "convolutional0/weights").floats(), 3))
        .containsExactly(FIRST_WEIGHTS);
  }

  private static final float[] FIRST_WEIGHTS = {0.06885559f, -0.4794477f, -0.52523243f};

  private static Tensor tensor(Graph graph, String name) {
    Tensor tensor = graph.constants().get(name);
    if (tensor == null) {
      throw new AssertionError("no constant " + name);
    }
    return tensor;
  }
}
