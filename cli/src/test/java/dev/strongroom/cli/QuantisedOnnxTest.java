package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.cli.TinyOnnx.Type;
import dev.strongroom.cli.io.Npy;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.program.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models that others have quantised: imported, compiled, sealed and run in the local world. */
class QuantisedOnnxTest {
  private static final int[] INPUT = {1, 3, 16, 16};
  private static final double INPUT_SCALE = 0.012;
  private static final double OUTPUT_SCALE = 0.03;

  private final SplittableRandom random = new SplittableRandom(17);
  private final TinyOnnx model = new TinyOnnx().input("x", INPUT).output("y");

  @TempDir private Path directory;

  /** Constants NAME_s and NAME_z. */
  private void scale(String name, double scale, int zero) {
    model.constant(name + "_s", Type.FLOAT, new double[] {scale});
    model.constant(name + "_z", Type.UINT8, new double[] {zero});
  }

  /** Weights NAME in 8 bits with a scale NAME_s and a zero point NAME_z of 0 for each output. */
  private void weights(String name, int... dims) {
    model.constant(name, Type.INT8, draw((int) Shape.of(dims).elements(), -127, 128), dims);
    double[] scales = random.doubles(dims[0], 0.5, 1).map(s -> s / 127 / dims[1]).toArray();
    model.constant(name + "_s", Type.FLOAT, scales, dims[0]);
    model.constant(name + "_z", Type.INT8, new double[dims[0]], dims[0]);
  }

  private double[] draw(int count, int from, int to) {
    return random.ints(count, from, to).asDoubleStream().toArray();
  }

  /** A value through a pair of quantising and dequantising: NAME becomes NAME_d. */
  private void pair(String name, double scale, int zero) {
    scale(name, scale, zero);
    model.node("QuantizeLinear", "%1$s %1$s_s %1$s_z".formatted(name), name + "_q");
    model.node("DequantizeLinear", "%1$s_q %1$s_s %1$s_z".formatted(name), name + "_d");
  }

  /** Weights behind a DequantizeLinear: NAME_d. */
  private void dequantised(String name, int... dims) {
    weights(name, dims);
    model.node("DequantizeLinear", "%1$s %1$s_s %1$s_z".formatted(name), name + "_d", "axis", 0);
  }

  @Test
  void aNetworkOfPairsAnswersAsTheInterpreterDoes() throws Exception {
    pair("x", INPUT_SCALE, 121);
    dequantised("v", 8, 3, 3, 3);
    model.constant("b", Type.FLOAT, random.doubles(8, -0.5, 0.5).toArray(), 8);
    model.node("Conv", "x_d v_d b", "c", "pads", new int[] {1, 1, 1, 1});
    model.node("Relu", "c", "r");
    pair("r", 0.02, 0);
    dequantised("w", 8, 8, 1, 1);
    model.node("Conv", "r_d w_d", "d");
    pair("d", 0.04, 128);
    model.node("Add", "d_d r_d", "s");
    pair("s", OUTPUT_SCALE, 60);
    int[] two = {2, 2};
    model.node("MaxPool", "s_d", "y", "kernel_shape", two, "strides", two);
    assertAnswersAsTheInterpreterDoes();
  }

  @Test
  void aNetworkOfOperatorsOnIntegersAnswersAsTheInterpreterDoes() throws Exception {
    scale("x", INPUT_SCALE, 121);
    scale("t", 0.02, 90);
    scale("y", OUTPUT_SCALE, 110);
    model.node("QuantizeLinear", "x x_s x_z", "xq");
    weights("v", 8, 3, 3, 3);
    model.constant("b", Type.INT32, draw(8, -5_000, 5_000), 8);
    int[] two = {2, 2};
    model.node("QLinearConv", "xq x_s x_z v v_s v_z t_s t_z b", "tq", "strides", two);
    weights("w", 8, 1, 3, 3);
    int[] ones = {1, 1, 1, 1};
    model.node("QLinearConv", "tq t_s t_z w w_s w_z y_s y_z", "yq", "group", 8, "pads", ones);
    model.node("DequantizeLinear", "yq y_s y_z", "y");
    assertAnswersAsTheInterpreterDoes();
  }

  /** To the bit but for what lies between two integers; such an element is one quantum off. */
  private void assertAnswersAsTheInterpreterDoes() throws Exception {
    Path file = model.write(directory.resolve("quantised.onnx"));
    int count = (int) Shape.of(INPUT).elements();
    float[] x = new float[count];
    IntStream.range(0, count).forEach(i -> x[i] = (float) random.nextDouble(-1.5, 1.5));
    ByteBuffer data = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(x);
    Path input = directory.resolve("x.npy");
    new Npy(Npy.Type.FLOAT32, INPUT, data).write(input);
    Graph graph = OnnxModel.read(file).bind(Map.of());
    float[] expected =
        Interpreter.run(graph, Map.of("x", Tensor.ofFloats(x, INPUT))).get("y").floats();
    CommandLineRun run =
        CommandLineRun.of(
            "run", file.toString(), "--input", "x=" + input, "--secure-memory", "64KiB", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode answer = run.json();
    double[] actual =
        answer.at("/outputs/y/values").valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    assertThat(actual).hasSameSizeAs(expected);
    long off = 0;
    for (int i = 0; i < actual.length; i++) {
      double quanta = Math.abs(actual[i] - expected[i]) / OUTPUT_SCALE;
      assertThat(quanta).as("quanta that element %d is off", i).isLessThan(1.001);
      off += quanta > 0.001 ? 1 : 0;
    }
    assertThat(off).as("elements of %d that are off", actual.length).isLessThan(actual.length / 50);
    assertThat(Arrays.stream(actual).distinct().count()).as("different answers").isGreaterThan(20);
    assertThat(Compiler.compile(graph, CompileOptions.unlimited()).program().steps())
        .as("steps on integers")
        .hasAtLeastOneElementOfType(Step.QuantizedConv2d.class)
        .doesNotHaveAnyElementsOfTypes(Step.Conv2d.class, Step.DepthwiseConv2d.class);
    JsonNode memory = answer.get("secureMemory");
    assertThat(memory.get("highWater").longValue()).isEqualTo(memory.get("footprint").longValue());
  }
}
