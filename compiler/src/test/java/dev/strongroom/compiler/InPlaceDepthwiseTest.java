package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A depthwise convolution between two gates, each of which needs all of its operand before it can
 * begin: the convolution's operand and its result are the largest tensors, and no stage with its
 * neighbours can avoid that both are whole. It runs band by band, its result growing over the
 * operand a few rows behind those still to be read.
 */
class InPlaceDepthwiseTest {
  private static final int[] ONE = {1, 1};

  private final GraphBuilder b = new GraphBuilder(1);

  private Graph graph(int channels, int side, int kernel, boolean quantized) {
    int pad = (kernel - 1) / 2;
    int[] pads = {pad, pad, pad, pad};
    int[] window = {kernel, kernel};
    String x = b.input("x", 1, 3, side, side);
    x = quantized ? requantized(x) : x;
    x = gate(activated(conv(x, channels, ONE, new int[4], 1, quantized), quantized), quantized);
    x = activated(conv(x, channels, window, pads, channels, quantized), quantized);
    return b.build(mean(gate(x, quantized), quantized));
  }

  private String conv(
      String x, int channels, int[] kernel, int[] pads, int groups, boolean quantized) {
    return quantized
        ? b.quantizedConv(x, channels, kernel, ONE, pads, ONE, groups, true, 0)
        : b.conv(x, channels, kernel, ONE, pads, ONE, groups, true);
  }

  private String requantized(String x) {
    return b.requantized(x, 0.02f, -128);
  }

  private String activated(String x, boolean quantized) {
    String y = b.unary(Function.RELU, x);
    return quantized ? requantized(y) : y;
  }

  private String mean(String x, boolean quantized) {
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
    String y = b.node(mean, new int[] {1, b.shape(x)[1], 1, 1}, x);
    return quantized ? requantized(y) : y;
  }

  private String gate(String x, boolean quantized) {
    String weight = conv(mean(x, quantized), b.shape(x)[1], ONE, new int[4], 1, quantized);
    String gate = b.unary(Function.SIGMOID, quantized ? requantized(weight) : weight);
    String y = b.binary(Op.Binary.Kind.MUL, x, quantized ? requantized(gate) : gate);
    return quantized ? requantized(y) : y;
  }

  @ParameterizedTest(name = "{0} channels, {1} x {1} pixels, window {2}, int8 {3}")
  @CsvSource({"16,32,3,false", "64,32,5,false", "64,56,7,false", "64,56,3,false", "64,56,3,true"})
  void itsResultTakesLittleMoreThanItsOperandHas(
      int channels, int side, int kernel, boolean quantized) throws Exception {
    Graph graph = graph(channels, side, kernel, quantized);
    long tensor = (long) channels * side * side * (quantized ? 1 : Float.BYTES);
    Compilation roomy = Compiler.compile(graph, CompileOptions.unlimited());
    Compilation tight = Compiler.compileSmallest(graph, CompileOptions.unlimited());
    assertThat(roomy.certificate().arena())
        .as("with both side by side")
        .isGreaterThanOrEqualTo(2 * tensor);
    assertThat(tight.certificate().arena())
        .as("with one over the other, each of %d bytes", tensor)
        .isBetween(tensor, tensor * 23 / 20);
    assertThat(tight.certificate().extraMacs()).as("computed twice").isLessThanOrEqualTo(0);
    assertThat(Overlays.in(tight.program())).as("tensors over others").isTrue();

    Map<String, Tensor> inputs = CompiledModels.inputs(graph, 1);
    CompiledModels.Run run = CompiledModels.run(tight, inputs);
    assertThat(run.highWater()).as("high-water mark").isEqualTo(tight.certificate().footprint());
    String output = graph.outputs().getFirst();
    // Integers may differ from the interpreter's by one, but not from one plan to another.
    float[] expected =
        quantized
            ? CompiledModels.run(roomy, inputs).outputs().get(output)
            : Interpreter.run(graph, inputs).get(output).floats();
    CompiledModels.assertClose("answer", run.outputs().get(output), expected);
  }
}
