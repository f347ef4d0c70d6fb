package dev.strongroom.compiler.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.CompiledModels;
import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.compiler.quantise.Calibration;
import dev.strongroom.compiler.quantise.QuantiseOptions;
import dev.strongroom.compiler.quantise.QuantiseProgress;
import dev.strongroom.compiler.quantise.Quantiser;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RewriterTest {
  private static List<Op> ops(Graph graph) {
    return graph.nodes().stream().map(Node::op).toList();
  }

  private static Graph rewritten(Graph graph) {
    return Rewriter.rewrite(graph).graph();
  }

  @Test
  void writtenOutHardSwishBecomesOneFunctionWithItsScales() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 4);
    String gate = b.unary(Function.CLIP, 0, 6, b.binary(Op.Binary.Kind.ADD, x, b.scalar(3)));
    String product = b.binary(Op.Binary.Kind.MUL, gate, x);
    String y = b.binary(Op.Binary.Kind.DIV, product, b.scalar(6));
    assertThat(ops(rewritten(b.build(y))))
        .containsExactly(
            new Op.Unary(Function.HARD_SWISH, 1 / 6.0, 0.5), new Op.Unary(Function.AFFINE, 1, 0));
  }

  @Test
  void productWithItsOwnScaledSigmoidBecomesSwish() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 4);
    String scaled = b.binary(Op.Binary.Kind.MUL, x, b.scalar(1.5f));
    String y = b.binary(Op.Binary.Kind.MUL, x, b.unary(Function.SIGMOID, scaled));
    assertThat(ops(rewritten(b.build(y)))).containsExactly(new Op.Unary(Function.SWISH, 1.5f, 0));
  }

  @Test
  void writtenOutGeluBecomesOneFunction() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 4);
    String erf = b.unary(Function.ERF, b.binary(Op.Binary.Kind.DIV, x, b.scalar(1.4142135f)));
    String sum = b.binary(Op.Binary.Kind.ADD, erf, b.scalar(1));
    String y = b.binary(Op.Binary.Kind.MUL, b.binary(Op.Binary.Kind.MUL, x, sum), b.scalar(0.5f));
    assertThat(ops(rewritten(b.build(y))))
        .containsExactly(Op.Unary.of(Function.GELU), new Op.Unary(Function.AFFINE, 1, 0));
  }

  @Test
  void writtenOutLayerNormalisationBecomesOneOperator() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 5, 4);
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2), true);
    String centred = b.binary(Op.Binary.Kind.SUB, x, b.node(mean, new int[] {1, 5, 1}, x));
    String squared = b.binary(Op.Binary.Kind.POW, centred, b.scalar(2));
    String variance = b.node(mean, new int[] {1, 5, 1}, squared);
    String deviation =
        b.unary(Function.SQRT, b.binary(Op.Binary.Kind.ADD, variance, b.scalar(1e-5f)));
    String normal = b.binary(Op.Binary.Kind.DIV, centred, deviation);
    String y =
        b.binary(
            Op.Binary.Kind.ADD,
            b.binary(Op.Binary.Kind.MUL, normal, b.constant(0, 1, 4)),
            b.constant(0, 1, 4));
    assertThat(ops(rewritten(b.build(y)))).containsExactly(new Op.LayerNorm(2, 1e-5f));
  }

  @Test
  void batchNormalisationDisappearsInTheConvolutionBeforeIt() {
    GraphBuilder b = new GraphBuilder(1);
    String conv = b.pointwise(b.input("x", 1, 3, 2, 2), 5);
    String y =
        b.node(
            new Op.BatchNorm(1e-5f),
            b.shape(conv),
            conv,
            b.constant(0, 1, 5),
            b.constant(0, 1, 5),
            b.constant(0, 1, 5),
            b.constant(0, 1, 5));
    assertThat(ops(rewritten(b.build(y)))).hasSize(1).first().isInstanceOf(Op.Conv.class);
  }

  private static final Op MEAN = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);

  /** x + x * gate, the gate a pixel made of x, operands in any order. */
  private static Graph gated(boolean productFirst, boolean gateFirst) {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 3, 4, 5);
    String gate = b.unary(Function.SIGMOID, b.node(MEAN, new int[] {1, 3, 1, 1}, x));
    String product =
        gateFirst ? b.binary(Op.Binary.Kind.MUL, gate, x) : b.binary(Op.Binary.Kind.MUL, x, gate);
    return b.build(
        productFirst
            ? b.binary(Op.Binary.Kind.ADD, product, x)
            : b.binary(Op.Binary.Kind.ADD, x, product));
  }

  @Test
  void aGatedTensorAndTheTensorItselfAreOneProduct() {
    for (int i = 0; i < 4; i++) {
      Graph graph = gated(i % 2 == 0, i / 2 == 0);
      assertThat(ops(rewritten(graph)))
          .as("order %d", i)
          .containsExactly(
              MEAN,
              Op.Unary.of(Function.SIGMOID),
              new Op.Unary(Function.AFFINE, 1, 1),
              new Op.Binary(Op.Binary.Kind.MUL));
      assertSameAnswer("order " + i, graph);
    }
  }

  @Test
  void aGateAsLargeAsWhatItGatesStays() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 3, 4, 5);
    String gate = b.unary(Function.TANH, x);
    String product = b.binary(Op.Binary.Kind.MUL, x, gate);
    Graph graph = b.build(b.binary(Op.Binary.Kind.ADD, x, product));
    assertThat(ops(rewritten(graph))).isEqualTo(ops(graph));
  }

  @Test
  void aGatedTensorThatSomethingElseReadsStays() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 3, 4, 5);
    String gate = b.unary(Function.SIGMOID, b.node(MEAN, new int[] {1, 3, 1, 1}, x));
    String product = b.binary(Op.Binary.Kind.MUL, x, gate);
    Graph graph = b.build(b.binary(Op.Binary.Kind.ADD, x, product), product);
    assertThat(ops(rewritten(graph))).isEqualTo(ops(graph));
  }

  @Test
  void theMeanOfAPointwiseConvolutionIsTakenBeforeIt() {
    GraphBuilder b = new GraphBuilder(1);
    String conv = b.pointwise(b.input("x", 1, 3, 4, 5), 6);
    String mean = b.node(MEAN, new int[] {1, 6, 1, 1}, conv);
    Graph graph = b.build(b.binary(Op.Binary.Kind.MUL, conv, mean));
    Graph after = rewritten(graph);
    assertThat(ops(after)).filteredOn(MEAN::equals).hasSize(1);
    Node moved = after.nodes().stream().filter(n -> n.op().equals(MEAN)).findFirst().orElseThrow();
    assertThat(moved.inputs()).as("what the mean is taken of").containsExactly("x");
    assertThat(after.type(moved.output()).shape().dims()).containsExactly(1, 3, 1, 1);
    assertSameAnswer("mean first", graph);
  }

  @Test
  void theMeanStaysBehindAConvolutionThatNarrowsOrSeesNeighbours() {
    for (int i = 0; i < 2; i++) {
      GraphBuilder b = new GraphBuilder(1);
      String x = b.input("x", 1, 6, 4, 5);
      int[] one = {1, 1};
      int[] pads = {1, 1, 1, 1};
      String conv =
          i == 0 ? b.pointwise(x, 3) : b.conv(x, 6, new int[] {3, 3}, one, pads, one, 1, true);
      String mean = b.node(MEAN, new int[] {1, i == 0 ? 3 : 6, 1, 1}, conv);
      Graph graph = b.build(b.binary(Op.Binary.Kind.MUL, conv, mean));
      assertThat(ops(rewritten(graph))).as("case %d", i).isEqualTo(ops(graph));
    }
  }

  private static void assertSameAnswer(String what, Graph graph) {
    Map<String, Tensor> inputs = CompiledModels.inputs(graph, 1);
    Map<String, Tensor> actual = Interpreter.run(rewritten(graph), inputs);
    Interpreter.run(graph, inputs)
        .forEach(
            (name, want) -> {
              float[] got = actual.get(name).floats();
              for (int i = 0; i < got.length; i++) {
                assertThat(got[i])
                    .as("element %d of %s, %s", i, name, what)
                    .isCloseTo(want.floats()[i], org.assertj.core.data.Offset.offset(1e-5f));
              }
            });
  }

  @Test
  void aConvolutionThatSomethingElseReadsIsLeftAlone() {
    GraphBuilder b = new GraphBuilder(1);
    String conv = b.pointwise(b.input("x", 1, 3, 2, 2), 5);
    String y = b.binary(Op.Binary.Kind.MUL, conv, b.constant(0, 1, 5, 1, 1));
    Graph graph = b.build(y, conv);
    assertThat(ops(rewritten(graph))).isEqualTo(ops(graph));
  }

  @Test
  void quantisedWeightsAreNotFoldedIntoAndTheAnswerStays() throws Exception {
    for (long seed = 500; seed < 520; seed++) {
      GraphBuilder b = new GraphBuilder(seed);
      String conv = b.pointwise(b.input("x", 1, 3, 2, 2), 5);
      Graph weights = Quantiser.weights(b.build(conv)).graph();
      // A batch normalisation and a factor behind a convolution whose weights are int8.
      List<Node> nodes = new ArrayList<>(weights.nodes());
      Map<String, Tensor> constants = new LinkedHashMap<>(weights.constants());
      Map<String, TensorType> types = new LinkedHashMap<>(weights.types());
      SplittableRandom random = new SplittableRandom(seed);
      List<String> operands = new ArrayList<>(List.of(conv));
      for (String name : List.of("gamma", "beta", "mean", "variance")) {
        float[] values = new float[5];
        for (int i = 0; i < 5; i++) {
          values[i] = (float) random.nextDouble(0.1, 1);
        }
        operands.add(name);
        constants.put(name, Tensor.ofFloats(values, 5));
        types.put(name, TensorType.float32(5));
      }
      nodes.add(new Node("norm", new Op.BatchNorm(1e-5f), operands, "normal"));
      nodes.add(new Node("double", new Op.Unary(Function.AFFINE, 2, 1), List.of("normal"), "y"));
      types.put("normal", types.get(conv));
      types.put("y", types.get(conv));
      Graph graph = new Graph("q", List.of("x"), List.of("y"), nodes, constants, types);
      Graph after = rewritten(graph);
      assertThat(ops(after)).filteredOn(op -> op instanceof Op.BatchNorm).isEmpty();
      assertThat(ops(after)).contains(new Op.Dequantize(0));
      float[] x = new float[12];
      for (int i = 0; i < 12; i++) {
        x[i] = (float) random.nextDouble(-1, 1);
      }
      Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(x, 1, 3, 2, 2));
      float[] want = Interpreter.run(graph, inputs).values().iterator().next().floats();
      float[] got = Interpreter.run(after, inputs).values().iterator().next().floats();
      for (int i = 0; i < want.length; i++) {
        assertThat((double) got[i])
            .as("seed %d, element %d", seed, i)
            .isCloseTo(want[i], org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void quantisedRandomNetworksKeepTheirAnswers() throws Exception {
    for (long seed = 100; seed < 120; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[(int) graph.type("x").shape().elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      Map<String, Tensor> inputs =
          Map.of("x", Tensor.ofFloats(values, graph.type("x").shape().dims()));
      Calibration calibration = Calibration.run(graph, List.of(inputs), QuantiseProgress.NONE);
      Graph quantised =
          Quantiser.quantise(calibration, QuantiseOptions.defaults(), QuantiseProgress.NONE)
              .graph();
      Map<String, Tensor> expected = Interpreter.run(quantised, inputs);
      Map<String, Tensor> actual = Interpreter.run(rewritten(quantised), inputs);
      for (String output : graph.outputs()) {
        assertThat(actual.get(output).floats())
            .as("seed %d, %s", seed, output)
            .isEqualTo(expected.get(output).floats());
      }
    }
  }

  @Test
  void everySingleRewriteOfARandomNetworkKeepsItsAnswer() {
    for (long seed = 100; seed < 130; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[(int) graph.type("x").shape().elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      Map<String, Tensor> inputs =
          Map.of("x", Tensor.ofFloats(values, graph.type("x").shape().dims()));
      Map<String, Tensor> expected = Interpreter.run(graph, inputs);
      List<String> labels = new ArrayList<>();
      long currentSeed = seed;
      Rewriter.rewrite(
          graph,
          (label, after) -> {
            labels.add(label);
            Map<String, Tensor> actual = Interpreter.run(after, inputs);
            for (String output : graph.outputs()) {
              float[] want = expected.get(output).floats();
              float[] got = actual.get(output).floats();
              for (int i = 0; i < want.length; i++) {
                assertThat((double) got[i])
                    .as("seed %d, element %d of %s after %s", currentSeed, i, output, labels)
                    .isCloseTo(
                        want[i],
                        org.assertj.core.data.Offset.offset(
                            Math.max(1e-5, 1e-4 * Math.abs(want[i]))));
              }
            }
          });
    }
  }
}
