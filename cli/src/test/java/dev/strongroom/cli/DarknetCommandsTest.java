package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.cli.io.Npy;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.darknet.DarknetModel;
import dev.strongroom.graph.darknet.DarknetWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The commands take Darknet networks, and say where the weights come from. */
class DarknetCommandsTest {
  private static final long SEED = 5;

  /** Something of everything: what the compiler gets to see of Darknet. */
  private static final List<String> NETWORKS =
      List.of(
          "[convolutional] batch_normalize=1 filters=8 size=3 pad=1 activation=leaky"
              + " [route] layers=-1,-1 [batchnorm] [maxpool] size=2 stride=1"
              + " [convolutional] filters=6 groups=2 size=3 pad=1 activation=elu"
              + " [upsample] scale=.5 [crop] crop_height=20 crop_width=17"
              + " [connected] output=12 batch_normalize=1 activation=ramp [softmax] groups=3",
          "[crop] crop_height=9 crop_width=12 noadjust=1"
              + " [convolutional] filters=8 size=3 pad=1 dilation=2 activation=relu6"
              + " [maxpool] size=3 stride=2 padding=1"
              + " [convolutional] batch_normalize=1 filters=8 groups=8 size=3 pad=1 activation=loggy"
              + " [shortcut] from=-2 alpha=.5 beta=-1 activation=hardtan"
              + " [route] layers=-1 groups=4 group_id=2 [route] layers=-3,-1"
              + " [dropout] [softmax] temperature=2");

  @TempDir private Path directory;

  @Test
  void inspectNeedsNoWeights() {
    JsonNode answer = CommandLineRun.of("inspect", "mobilenet_v1.cfg", "--json").json();
    assertThat(answer.get("format").stringValue()).isEqualTo("Darknet");
    assertThat(answer.at("/operators/convolutional").intValue()).isEqualTo(28);
    assertThat(answer.get("parameters").longValue()).isEqualTo(4_253_864);
    assertThat(answer.get("macs").longValue()).isEqualTo(742_531_072);
    assertThat(answer.at("/inputs/0/shape/2").intValue()).isEqualTo(256);
    assertThat(answer.get("unsupported")).isEmpty();
    CommandLineRun shown = CommandLineRun.of("inspect", "mobilenet_v1.cfg");
    assertThat(shown.out()).startsWith("format       Darknet\n").contains("28  convolutional");
  }

  @Test
  void inspectListsAllThatIsNotSupported() throws Exception {
    String cfg = file("a.cfg", "[lstm] [convolutional] activation=stair [yolo]");
    JsonNode answer = CommandLineRun.of("inspect", cfg, "--json").json();
    assertThat(answer.get("unsupported")).hasSize(3);
    assertThat(answer.at("/unsupported/0/node").stringValue()).isEqualTo("layer 0, line 5");
    assertThat(answer.at("/unsupported/1/operator").stringValue()).isEqualTo("convolutional");
    assertThat(answer.get("macs").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aCompiledNetworkAnswersAsItsGraphMeans(int index) throws Exception {
    String cfg = file("net.cfg", NETWORKS.get(index));
    DarknetModel model = DarknetModel.read(Path.of(cfg));
    int[] shape = model.input().shape().dims();
    Tensor input = random(shape);
    Path array = directory.resolve("input.npy");
    new Npy(Npy.Type.FLOAT32, shape, input.data()).write(array);
    CommandLineRun run =
        CommandLineRun.of(
            "run",
            cfg,
            "--random-weights",
            "" + SEED,
            "--input",
            "input=" + array,
            "--output",
            directory.toString(),
            "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json().get("randomWeights").longValue()).isEqualTo(SEED);
    assertThat(run.err()).contains("the weights are random (seed 5)");
    Npy answer = Npy.read(directory.resolve("output.npy"), 1 << 20);
    Tensor expected =
        Interpreter.run(
                model.bind(new DarknetWeights.Seeded(SEED)), Map.of(model.inputName(), input))
            .get(model.outputName());
    assertThat(answer.shape()).isEqualTo(expected.shape().dims());
    float[] values = new float[(int) expected.shape().elements()];
    answer.data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    assertThat(values[0]).isNotEqualTo(values[values.length - 1]);
    for (int i = 0; i < values.length; i++) {
      float wanted = expected.floats()[i];
      assertThat(Math.abs(values[i] - wanted))
          .as("element %d: %s where the graph means %s", i, values[i], wanted)
          .isLessThanOrEqualTo(Math.max(1e-5f, 1e-4f * Math.abs(wanted)));
    }
  }

  private static Tensor random(int... shape) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.ofFloats(values, shape);
  }

  @Test
  void weightsBesideANetworkAreFoundAndOthersCanBeNamed() throws Exception {
    String cfg = file("net.cfg", "[connected] output=2 activation=linear [softmax]");
    String program = directory.resolve("net.program").toString();
    String[] compile = {"compile", cfg, "-o", program, "--secure-memory", "1MiB"};
    refused("the Darknet network net.cfg has no .weights beside it: name them with", compile);
    refused("--random-weights SEED", compile);

    float[] numbers = new float[5 + 2 + 2 * 3 * 10 * 13];
    ByteBuffer weights =
        ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 2);
    Path beside = Files.write(directory.resolve("net.weights"), weights.array());
    CommandLineRun found = CommandLineRun.of(compile);
    assertThat(found.status()).as(found.err()).isZero();
    assertThat(found.err()).isEmpty();
    assertThat(found.out()).contains("secure footprint");

    Files.move(beside, directory.resolve("other"));
    refused("has no .weights beside it", compile);
    String other = directory.resolve("other").toString();
    assertThat(CommandLineRun.of(with(compile, "--weights", other)).status()).isZero();
    JsonNode drawn = CommandLineRun.of(with(compile, "--random-weights", "1", "--json")).json();
    assertThat(drawn.get("randomWeights").longValue()).isEqualTo(1);
    refused("contradict", with(compile, "--weights", other, "--random-weights", "1"));
    refused("nowhere does not exist", with(compile, "--weights", "nowhere"));

    Files.write(Path.of(other), new byte[50]);
    refused("other ends in layer 0 [connected] at line 5", with(compile, "--weights", other));
    CommandLineRun inspected = CommandLineRun.of("inspect", cfg, "--weights", other);
    assertThat(inspected.out()).contains("other ends in layer 0 [connected] at line 5");
    refused("name the .cfg", "inspect", file("net.weights", "[x]"));
    refused(
        "brings its own weights",
        "inspect",
        Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx").toString(),
        "--weights",
        other);
    refused("the .cfg says so in its [net]", with(compile, "--shape", "input=1,3,9,9"));
    refused("there is no input \"x\"", with(compile, "--shape", "x=1,3,9,9"));
  }

  @Test
  void theNetworksThatComeAlongFitIntoEightMiB() {
    for (String name : List.of("mobilenet_v1", "mobilenet_v2", "resnet18", "darknet_tiny")) {
      JsonNode answer =
          CommandLineRun.of(
                  "compile",
                  name + ".cfg",
                  "-o",
                  directory.resolve("net.program").toString(),
                  "--secure-memory",
                  "8MiB",
                  "--random-weights",
                  "1",
                  "--json")
              .json();
      assertThat(answer.at("/secureMemory/footprint").longValue()).as(name).isBetween(1L, 8L << 20);
    }
  }

  private static String[] with(String[] command, String... more) {
    String[] all = Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }

  private static void refused(String words, String... command) {
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.status()).as("%s%n%s", List.of(command), run.out()).isEqualTo(1);
    assertThat(run.err()).contains(words).hasLineCount(1);
  }

  private String file(String name, String layers) throws Exception {
    String net = "[net]\nwidth=13\nheight=10\nchannels=3\n";
    return Files.writeString(directory.resolve(name), net + layers.replace(" ", "\n")).toString();
  }
}
