package dev.strongroom.compiler.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.GraphBuilder;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TypeInference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantiserTest {
  private static List<Map<String, Tensor>> samples(Graph graph, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      Map<String, Tensor> sample = new HashMap<>();
      for (String input : graph.inputs()) {
        float[] values = new float[(int) graph.type(input).shape().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-1, 1);
        }
        sample.put(input, Tensor.ofFloats(values, graph.type(input).shape().dims()));
      }
      samples.add(sample);
    }
    return samples;
  }

  private static Quantised quantise(Graph graph, QuantiseOptions options) throws Exception {
    Calibration calibration = Calibration.run(graph, samples(graph, 77, 8), QuantiseProgress.NONE);
    return Quantiser.quantise(calibration, options, QuantiseProgress.NONE);
  }

  /** Signal to noise in dB, on inputs that were not calibrated with, by the interpreter alone. */
  private static double sqnr(Graph graph, Graph quantised) {
    List<Map<String, Tensor>> fresh = samples(graph, 1234, 4);
    return OutputError.of(
            fresh.stream().map(s -> Interpreter.run(graph, s)).toList(),
            fresh.stream().map(s -> Interpreter.run(quantised, s)).toList())
        .sqnr();
  }

  private static Node producer(Graph graph, String value) {
    return graph.nodes().stream().filter(n -> n.output().equals(value)).findFirst().orElseThrow();
  }

  private static List<Node> readers(Graph graph, String value) {
    return graph.nodes().stream().filter(n -> n.inputs().contains(value)).toList();
  }

  private static float scaleOf(Graph graph, Node node) {
    return graph.constants().get(node.inputs().get(1)).floats()[0];
  }

  private static String conv(GraphBuilder b, String x, int channels) {
    return b.conv(
        x,
        channels,
        new int[] {3, 3},
        new int[] {1, 1},
        new int[] {1, 1, 1, 1},
        new int[] {1, 1},
        1,
        true);
  }

  private static Graph chain(long seed, int depth) {
    GraphBuilder b = new GraphBuilder(seed);
    String x = b.input("x", 1, 3, 12, 12);
    for (int i = 0; i < depth; i++) {
      x = b.unary(Function.RELU, conv(b, x, 16));
    }
    return b.build(b.pointwise(x, 8));
  }

  /**
   * A value with a peak of 4 deviations has 10 log10(12 (255 / 8)^2) = 41 dB of signal above the
   * noise of 255 steps; weights have about as much. Of n layers each adds the noise of both, so
   * that 41 - 10 log10(2 n) are left; 5 dB are granted for peaks that are higher.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void chainsOfConvolutionsLoseWhatTheNoiseOfTheirLayersAddsUpTo(int depth) throws Exception {
    for (long seed = 0; seed < 3; seed++) {
      Graph graph = chain(seed, depth);
      for (RangeMethod method : RangeMethod.values()) {
        Quantised quantised = quantise(graph, QuantiseOptions.defaults().withRange(method));
        assertThat(sqnr(graph, quantised.graph()))
            .as("dB, seed %d, depth %d, %s", seed, depth, method)
            .isGreaterThan(41 - 10 * Math.log10(2 * (depth + 1)) - 5);
      }
    }
  }

  @Test
  void randomNetworksKeepTheirAnswersAndTheirTypes() throws Exception {
    List<Double> all = new ArrayList<>();
    for (long seed = 200; seed < 240; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      Quantised quantised =
          quantise(graph, QuantiseOptions.defaults().withRange(RangeMethod.MIN_MAX));
      assertWellTyped(quantised.graph());
      double sqnr = sqnr(graph, quantised.graph());
      assertThat(sqnr).as("dB, seed %d", seed).isGreaterThan(12);
      all.add(sqnr);
    }
    all.sort(null);
    assertThat(all.get(all.size() / 2)).as("median dB of %s", all).isGreaterThan(28);
  }

  private static void assertWellTyped(Graph graph) {
    for (Node node : graph.nodes()) {
      List<DataType> types = node.inputs().stream().map(i -> graph.type(i).dataType()).toList();
      assertThat(TypeInference.infer(node.op(), types))
          .as("%s", node)
          .isEqualTo(graph.type(node.output()).dataType());
      if (node.op() instanceof Op.Quantize || node.op() instanceof Op.Dequantize) {
        assertThat(
                ShapeInference.infer(
                    node.op(), node.inputs().stream().map(i -> graph.type(i).shape()).toList()))
            .as("%s", node)
            .isEqualTo(graph.type(node.output()).shape());
      }
    }
    for (String port : graph.inputs()) {
      assertThat(graph.type(port).dataType()).as(port).isEqualTo(DataType.FLOAT32);
    }
    for (String port : graph.outputs()) {
      assertThat(graph.type(port).dataType()).as(port).isEqualTo(DataType.FLOAT32);
    }
  }

  @Test
  void valuesAreRoundedBehindTheActivationAndWeightsAndBiasesAreIntegers() throws Exception {
    Graph graph = chain(1, 2);
    Graph quantised = quantise(graph, QuantiseOptions.defaults()).graph();
    assertThat(quantised.nodes().stream().map(n -> n.op().getClass().getSimpleName()))
        .containsExactly(
            "Quantize",
            "Dequantize", // the input
            "Dequantize",
            "Dequantize",
            "Conv",
            "Unary",
            "Quantize",
            "Dequantize",
            "Dequantize",
            "Dequantize",
            "Conv",
            "Unary",
            "Quantize",
            "Dequantize",
            "Dequantize",
            "Dequantize",
            "Conv");
    for (Node node : quantised.nodes()) {
      if (node.op() instanceof Op.Conv) {
        Node x = producer(quantised, node.inputs().get(0));
        Node w = producer(quantised, node.inputs().get(1));
        Node bias = producer(quantised, node.inputs().get(2));
        assertThat(w.op()).isEqualTo(new Op.Dequantize(0));
        assertThat(bias.op()).isEqualTo(new Op.Dequantize(0));
        assertThat(quantised.type(w.inputs().get(0)).dataType()).isEqualTo(DataType.INT8);
        assertThat(quantised.type(bias.inputs().get(0)).dataType()).isEqualTo(DataType.INT32);
        float[] weightScales = quantised.constants().get(w.inputs().get(1)).floats();
        float[] biasScales = quantised.constants().get(bias.inputs().get(1)).floats();
        for (int c = 0; c < weightScales.length; c++) {
          assertThat(biasScales[c]).isEqualTo(weightScales[c] * scaleOf(quantised, x));
        }
        byte[] q = new byte[(int) quantised.type(w.inputs().get(0)).shape().elements()];
        quantised.constants().get(w.inputs().get(0)).data().get(q);
        assertThat(q).doesNotContain(-128).contains(127);
        byte[] zero = new byte[weightScales.length];
        quantised.constants().get(w.inputs().get(2)).data().get(zero);
        assertThat(zero).containsOnly(0);
      }
    }
  }

  @Test
  void zeroStaysZero() throws Exception {
    GraphBuilder b = new GraphBuilder(5);
    String x = b.input("x", 1, 3, 9, 9);
    for (int i = 0; i < 4; i++) {
      x =
          b.unary(
              i % 2 == 0 ? Function.RELU : Function.TANH,
              b.conv(
                  x,
                  8,
                  new int[] {3, 3},
                  new int[] {1, 1},
                  new int[] {1, 1, 1, 1},
                  new int[] {1, 1},
                  1,
                  false));
    }
    Graph graph = b.build(x);
    for (RangeMethod method : RangeMethod.values()) {
      Graph quantised = quantise(graph, QuantiseOptions.defaults().withRange(method)).graph();
      float[] answer =
          Interpreter.run(quantised, Map.of("x", Tensor.ofFloats(new float[243], 1, 3, 9, 9)))
              .values()
              .iterator()
              .next()
              .floats();
      assertThat(answer).as("%s", method).containsOnly(0);
    }
  }

  @Test
  void aScaleForEachChannelIsBetterWhereChannelsDifferInSize() throws Exception {
    GraphBuilder b = new GraphBuilder(6);
    String x = b.input("x", 1, 8, 6, 6);
    float[] w = new float[64];
    float[] back = new float[8];
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 64; i++) {
      // Channel c is 4^-c as large as the first; the next layer evens that out.
      w[i] = (float) (random.nextDouble(-1, 1) * Math.pow(4, -(i / 8)));
      back[i / 8] = (float) Math.pow(4, i / 8);
    }
    int[] shape = {1, 8, 6, 6};
    List<Integer> none = List.of(0, 0, 0, 0);
    String y =
        b.node(
            new Op.Conv(List.of(1, 1), none, List.of(1, 1), 1),
            shape,
            x,
            b.constant(w, 8, 8, 1, 1));
    String z =
        b.node(
            new Op.Conv(List.of(1, 1), none, List.of(1, 1), 8),
            shape,
            b.unary(Function.RELU, y),
            b.constant(back, 8, 1, 1, 1));
    Graph graph = b.build(z);
    double perChannel = sqnr(graph, Quantiser.weights(graph).graph());
    Calibration calibration = Calibration.run(graph, samples(graph, 1, 4), QuantiseProgress.NONE);
    double perTensor =
        sqnr(
            graph,
            Quantiser.quantise(
                    calibration, QuantiseOptions.ofWeightsOnly().perTensor(), QuantiseProgress.NONE)
                .graph());
    assertThat(perChannel).as("dB per channel, %s per tensor", perTensor).isGreaterThan(35);
    assertThat(perTensor).as("dB per tensor").isLessThan(15);
  }

  /**
   * Five layers. The third makes one channel ten thousand times as large as the others, and the
   * next does not look at it.
   */
  private static Graph withBadLayer() {
    GraphBuilder b = new GraphBuilder(8);
    String x = b.input("x", 1, 8, 8, 8);
    x = b.unary(Function.RELU, b.pointwise(b.unary(Function.RELU, b.pointwise(x, 8)), 8));
    float[] w = new float[64];
    float[] undo = new float[64];
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 64; i++) {
      w[i] = (float) (random.nextDouble(0, 1) * (i < 8 ? 10_000 : 1));
      undo[i] = (float) (random.nextDouble(-1, 1) * (i % 8 == 0 ? 0 : 1));
    }
    Op pointwise = new Op.Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1);
    int[] shape = {1, 8, 8, 8};
    String bad = b.node(pointwise, shape, x, b.constant(w, 8, 8, 1, 1)); // n4
    String y = b.node(pointwise, shape, bad, b.constant(undo, 8, 8, 1, 1));
    return b.build(b.pointwise(b.unary(Function.RELU, y), 4));
  }

  @Test
  void theLayerThatSpoilsTheAnswersStaysInFloatAndNoOther() throws Exception {
    Graph graph = withBadLayer();
    QuantiseOptions options = QuantiseOptions.defaults().withRange(RangeMethod.MIN_MAX);
    Quantised all = quantise(graph, options);
    assertThat(all.floatLayers()).isEmpty();
    assertThat(all.error().orElseThrow().relative()).isGreaterThan(0.2);
    Quantised mixed = quantise(graph, options.withMaxError(0.05));
    assertThat(mixed.floatLayers()).containsExactly("n4");
    assertThat(mixed.error().orElseThrow().relative()).isLessThanOrEqualTo(0.05);
    assertThat(mixed.allInt8()).isEqualTo(all.error());
    assertThat(mixed.int8Weights()).isEqualTo(all.int8Weights() - 64);
    Node bad = producer(mixed.graph(), "v4");
    assertThat(mixed.graph().type(bad.inputs().get(1)).dataType()).isEqualTo(DataType.FLOAT32);
    assertThat(mixed.graph().constants()).containsKey(bad.inputs().get(1));
    assertThat(readers(mixed.graph(), "v4"))
        .extracting(Node::op)
        .doesNotHaveAnyElementsOfTypes(Op.Quantize.class);
    assertWellTyped(mixed.graph());
  }

  @Test
  void aBoundThatNothingMeetsLeavesEverythingInFloat() throws Exception {
    Graph graph = chain(3, 2);
    Quantised none = quantise(graph, QuantiseOptions.defaults().withMaxError(1e-9));
    assertThat(none.int8Weights()).isZero();
    assertThat(none.floatLayers()).hasSize(none.layers());
    assertThat(none.error().orElseThrow().relative()).isZero();
  }

  @Test
  void agreementIsABoundToo() throws Exception {
    GraphBuilder b = new GraphBuilder(9);
    String x = b.input("x", 1, 4, 6, 6);
    String pooled =
        b.node(
            new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), false),
            new int[] {1, 8},
            b.unary(Function.RELU, conv(b, x, 8)));
    String logits =
        b.node(
            new Op.Gemm(0.5f, 2, false, true),
            new int[] {1, 10},
            pooled,
            b.constant(-1, 1, 10, 8),
            b.constant(-1e-3, 1e-3, 10));
    Graph graph = b.build(b.node(new Op.Softmax(1), new int[] {1, 10}, logits));
    Quantised quantised = quantise(graph, QuantiseOptions.defaults().withMinAgreement(1));
    assertThat(quantised.error().orElseThrow().agreement()).hasValue(1);
    // The product's factors are in the weights and the bias now.
    assertThat(quantised.graph().nodes().stream().map(Node::op))
        .contains(new Op.Gemm(1, 1, false, true));
    // What only softmax reads is not rounded.
    Node softmax =
        quantised.graph().nodes().stream()
            .filter(n -> n.op() instanceof Op.Softmax)
            .findFirst()
            .orElseThrow();
    assertThat(producer(quantised.graph(), softmax.inputs().getFirst()).op())
        .isInstanceOf(Op.Gemm.class);
  }

  @Test
  void whatAConcatenationJoinsHasOneScale() throws Exception {
    GraphBuilder b = new GraphBuilder(10);
    String x = b.input("x", 1, 4, 6, 6);
    String left = b.unary(Function.RELU, b.pointwise(x, 5));
    String right = b.unary(Function.TANH, b.pointwise(x, 3));
    String both = b.node(new Op.Concat(1), new int[] {1, 8, 6, 6}, left, right);
    String pooled =
        b.node(
            new Op.Pool(
                Op.Pool.Kind.MAX,
                List.of(2, 2),
                List.of(2, 2),
                List.of(0, 0, 0, 0),
                List.of(1, 1),
                false),
            new int[] {1, 8, 3, 3},
            both);
    Graph graph = b.build(b.pointwise(pooled, 4));
    Graph quantised = quantise(graph, QuantiseOptions.defaults()).graph();
    Set<Float> scales = new HashSet<>();
    for (String value : List.of(left, right, both, pooled)) {
      Node quantise = readers(quantised, value).getFirst();
      assertThat(quantise.op()).as(value).isEqualTo(new Op.Quantize(-1));
      scales.add(scaleOf(quantised, quantise));
    }
    assertThat(scales).hasSize(1);
  }

  @Test
  void attentionAndLayerNormalisationStayInFloat() throws Exception {
    int found = 0;
    for (long seed = 0; seed < 100 && found < 5; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      Calibration calibration =
          Calibration.run(graph, samples(graph, seed, 2), QuantiseProgress.NONE);
      Graph quantised =
          Quantiser.quantise(calibration, QuantiseOptions.defaults(), QuantiseProgress.NONE)
              .graph();
      for (Node node : quantised.nodes()) {
        if (node.op() instanceof Op.MatMul
            && calibration.graph().nodes().stream()
                .anyMatch(
                    n ->
                        n.name().equals(node.name())
                            && !calibration.graph().constants().containsKey(n.inputs().get(1)))) {
          found++;
          for (String input : node.inputs()) {
            assertThat(producer(quantised, input).op())
                .as("seed %d, %s", seed, node)
                .isNotInstanceOf(Op.Dequantize.class);
          }
        }
      }
    }
    assertThat(found).as("products of two activations in the networks").isGreaterThanOrEqualTo(5);
  }

  @Test
  void weightsAloneNeedNoSamplesAndLeaveActivationsAsTheyAre() throws Exception {
    for (long seed = 300; seed < 320; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      Graph rewritten = Rewriter.rewrite(graph).graph();
      if (rewritten.nodes().stream().noneMatch(n -> n.op() instanceof Op.Conv)) {
        continue; // Its convolutions lead to no output.
      }
      Quantised quantised = Quantiser.weights(graph);
      assertWellTyped(quantised.graph());
      assertThat(quantised.graph().nodes().stream().filter(n -> n.op() instanceof Op.Quantize))
          .isEmpty();
      assertThat(quantised.error()).isEmpty();
      assertThat(quantised.weightBytes()).isEqualTo(4 * quantised.int8Weights());
      assertThat(sqnr(graph, quantised.graph())).as("dB, seed %d", seed).isGreaterThan(20);
    }
  }

  @ParameterizedTest
  @EnumSource(RangeMethod.class)
  void theSameSamplesGiveTheSameGraph(RangeMethod method) throws Exception {
    Graph graph = RandomGraphs.ofSeed(42);
    QuantiseOptions options = QuantiseOptions.defaults().withRange(method).withMaxError(0.02);
    Graph first = quantise(graph, options).graph();
    Graph second = quantise(graph, options).graph();
    assertThat(second.nodes()).isEqualTo(first.nodes());
    assertThat(second.constants().keySet()).isEqualTo(first.constants().keySet());
    first
        .constants()
        .forEach(
            (name, t) ->
                assertThat(second.constants().get(name).data()).as(name).isEqualTo(t.data()));
  }

  @Test
  void aHugeBiasBesideTinyWeightsDoesNotOverflow() throws Exception {
    GraphBuilder b = new GraphBuilder(11);
    String x = b.input("x", 1, 2, 4, 4);
    Op pointwise = new Op.Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), 1);
    String y =
        b.node(
            pointwise,
            new int[] {1, 3, 4, 4},
            x,
            b.constant(new float[] {1e-12f, 1e-12f, 0, 0, 1, 0.5f}, 3, 2, 1, 1),
            b.constant(new float[] {1000, -500, 0.25f}, 3));
    Graph graph = b.build(y);
    Graph quantised = quantise(graph, QuantiseOptions.defaults()).graph();
    float[] answer =
        Interpreter.run(quantised, samples(graph, 3, 1).getFirst())
            .values()
            .iterator()
            .next()
            .floats();
    assertThat(Arrays.copyOf(answer, 16)).containsOnly(1000f);
    for (float v : Arrays.copyOfRange(answer, 16, 32)) {
      assertThat(v).isEqualTo(-500f, org.assertj.core.api.Assertions.within(1e-3f));
    }
  }

  @Test
  void whatCannotBeQuantisedIsRefusedInOneSentence() throws Exception {
    Graph graph = chain(4, 1);
    assertThatThrownBy(() -> Calibration.run(graph, List.of(), QuantiseProgress.NONE))
        .isInstanceOf(QuantisationException.class)
        .hasMessageContaining("no samples");
    Graph quantised = quantise(graph, QuantiseOptions.defaults()).graph();
    assertThatThrownBy(() -> Quantiser.weights(quantised))
        .isInstanceOf(QuantisationException.class)
        .hasMessageContaining("quantised already");
    float[] broken = new float[432];
    broken[7] = Float.NaN;
    assertThatThrownBy(
            () ->
                Calibration.run(
                    graph,
                    List.of(Map.of("x", Tensor.ofFloats(broken, 1, 3, 12, 12))),
                    QuantiseProgress.NONE))
        .isInstanceOf(QuantisationException.class)
        .hasMessageContaining("no number");
    GraphBuilder b = new GraphBuilder(12);
    Graph nothing = b.build(b.unary(Function.RELU, b.input("x", 1, 4)));
    assertThatThrownBy(() -> Quantiser.weights(nothing))
        .isInstanceOf(QuantisationException.class)
        .hasMessageContaining("no convolution or product");
  }
}
