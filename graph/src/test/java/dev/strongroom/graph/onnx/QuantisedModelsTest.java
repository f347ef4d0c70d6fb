package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are quantised already: what the importer makes of them, against ONNX Runtime. */
class QuantisedModelsTest {
  /** A model with quantised values x, w, … each with its scale and zero point. */
  private static final class Quantised {
    final Random random;
    final ModelBuilder model;

    Quantised(long seed, int... input) {
      random = new Random(seed);
      model = ModelBuilder.opset(17);
      Object[] dims = new Object[input.length];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = input[i];
      }
      model.input("x", dims).output("y");
    }

    /** Constants NAME_s and NAME_z. */
    Quantised scale(String name, float scale, int zeroPoint, DataType type) {
      model.constant(name + "_s", Tensor.ofFloats(new float[] {scale}));
      model.constant(name + "_z", Integers.tensor(type, Shape.of(), zeroPoint));
      return this;
    }

    /** The same with one scale for each of {@code count} slices and zero points of 0. */
    Quantised scales(String name, int count, DataType type) {
      float[] scales = new float[count];
      for (int i = 0; i < count; i++) {
        scales[i] = 0.005f + 0.01f * random.nextFloat();
      }
      model.constant(name + "_s", Tensor.ofFloats(scales, count));
      model.constant(name + "_z", Integers.tensor(type, Shape.of(count), new long[count]));
      return this;
    }

    /** Random integers of 8 bits. */
    Quantised integers(String name, DataType type, int... dims) {
      long[] values = new long[(int) Shape.of(dims).elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(256) - (type == DataType.UINT8 ? 0 : 128);
      }
      model.constant(name, Integers.tensor(type, Shape.of(dims), values));
      return this;
    }

    Quantised bias(String name, int count) {
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = random.nextInt(20_001) - 10_000;
      }
      model.constant(name, Integers.tensor(DataType.INT32, Shape.of(count), values));
      return this;
    }

    Quantised node(String opType, String inputs, String output, Object... attributes) {
      model.node(ModelBuilder.proto(opType, inputs, output, attributes).setName(output).build());
      return this;
    }

    Quantised microsoft(String opType, String inputs, String output, Object... attributes) {
      model.microsoft(opType, inputs, output, attributes);
      return this;
    }

    /** Quantises input x to xq and dequantises yq to output y. */
    Quantised ends() {
      return node("QuantizeLinear", "x x_s x_z", "xq").node("DequantizeLinear", "yq y_s y_z", "y");
    }

    /**
     * Both engines on three random inputs; they may round a sum that lies between two integers
     * differently.
     *
     * @param quantum by how much an element may be off
     */
    void compare(double quantum) throws Exception {
      int[] dims =
          model.model().inputs().getFirst().dims().stream()
              .mapToInt(d -> ((Dimension.Fixed) d).size())
              .toArray();
      for (int run = 0; run < 3; run++) {
        float[] values = new float[(int) Shape.of(dims).elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = 3 * random.nextFloat() - 1.5f;
        }
        Tensor x = Tensor.ofFloats(values, dims);
        Tensor expected = OnnxRuntime.run(model.build().toByteArray(), "x", x);
        TensorAssert.assertClose(model.run("x", x), expected, 1e-6, quantum * 1.0001);
      }
    }

    List<String> operators() throws InvalidModelException {
      return model.bind().nodes().stream().map(n -> n.op().getClass().getSimpleName()).toList();
    }
  }

  private static Quantised chain(DataType type, int... input) {
    return new Quantised(type.ordinal() + 100L, input)
        .scale("x", 0.0123f, type == DataType.UINT8 ? 121 : -7, type)
        .scale("y", 0.031f, type == DataType.UINT8 ? 99 : 3, type)
        .ends();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT8", "UINT8"})
  void quantiseAndDequantise(DataType type) throws Exception {
    Quantised model =
        new Quantised(1, 2, 3, 4)
            .scale("x", 0.0123f, type == DataType.UINT8 ? 121 : -7, type)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("DequantizeLinear", "xq x_s x_z", "y");
    model.compare(0);
    assertThat(model.operators()).containsExactly("Quantize", "Dequantize");
  }

  @Test
  void withoutAZeroPointTheIntegersAreUnsignedAroundZero() throws Exception {
    Quantised model =
        new Quantised(2, 2, 3, 4)
            .scale("x", 0.0123f, 0, DataType.UINT8)
            .node("QuantizeLinear", "x x_s", "xq")
            .node("DequantizeLinear", "xq x_s", "y");
    model.compare(0);
    Tensor zero =
        model.model.bind().constants().values().stream()
            .filter(t -> t.dataType() == DataType.INT8)
            .findFirst()
            .orElseThrow();
    assertThat(zero.data().get()).isEqualTo((byte) -128);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, -1})
  void scalesMayLieAlongAnyAxis(int axis) throws Exception {
    Quantised model =
        new Quantised(3, 2, 3, 4)
            .scales("x", new int[] {2, 3, 4}[Math.floorMod(axis, 3)], DataType.INT8)
            .node("QuantizeLinear", "x x_s x_z", "xq", "axis", axis)
            .node("DequantizeLinear", "xq x_s x_z", "y", "axis", axis);
    model.compare(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void qLinearConvWithScalesPerChannelAndABias(int groups) throws Exception {
    for (DataType weights : List.of(DataType.INT8, DataType.UINT8)) {
      Quantised model = chain(DataType.UINT8, 1, 4, 7, 6);
      if (weights == DataType.INT8) {
        model.scales("w", 8, DataType.INT8);
      } else {
        model.scale("w", 0.0061f, 131, DataType.UINT8);
      }
      model
          .integers("w", weights, 8, 4 / groups, 3, 3)
          .bias("b", 8)
          .node(
              "QLinearConv",
              "xq x_s x_z w w_s w_z y_s y_z b",
              "yq",
              "group",
              groups,
              "pads",
              new int[] {1, 0, 2, 1},
              "strides",
              new int[] {2, 1});
      model.compare(0.031);
      assertThat(model.operators())
          .containsExactly(
              "Quantize",
              "Dequantize",
              "Dequantize",
              "Dequantize",
              "Conv",
              "Quantize",
              "Dequantize");
    }
  }

  @Test
  void qLinearMatMulWithScalesPerColumn() throws Exception {
    chain(DataType.UINT8, 2, 5, 7)
        .scales("w", 6, DataType.INT8)
        .integers("w", DataType.INT8, 7, 6)
        .node("QLinearMatMul", "xq x_s x_z w w_s w_z y_s y_z", "yq")
        .compare(0.031);
  }

  @Test
  void qGemmWithATransposedFactorAndABias() throws Exception {
    chain(DataType.UINT8, 5, 7)
        .scales("w", 6, DataType.INT8)
        .integers("w", DataType.INT8, 6, 7)
        .bias("b", 6)
        .microsoft("QGemm", "xq x_s x_z w w_s w_z b y_s y_z", "yq", "transB", 1, "alpha", 1f)
        .compare(0.031);
  }

  @Test
  void onnxRuntimesOperatorsOnIntegers() throws Exception {
    for (DataType type : List.of(DataType.UINT8, DataType.INT8)) {
      for (String opType : List.of("QLinearAdd", "QLinearMul")) {
        chain(type, 2, 3, 5)
            .scale("c", 0.009f, 5, type)
            .integers("c", type, 3, 1)
            .microsoft(opType, "xq x_s x_z c c_s c_z y_s y_z", "yq")
            .compare(0.031);
      }
      chain(type, 2, 3, 5).microsoft("QLinearSigmoid", "xq x_s x_z y_s y_z", "yq").compare(0.031);
      chain(type, 2, 3, 5)
          .microsoft("QLinearLeakyRelu", "xq x_s x_z y_s y_z", "yq", "alpha", 0.2f)
          .compare(0.031);
      chain(type, 2, 3, 5, 4)
          .microsoft("QLinearGlobalAveragePool", "xq x_s x_z y_s y_z", "yq")
          .compare(0.031);
      chain(type, 1, 3, 6, 6)
          .microsoft(
              "QLinearAveragePool",
              "xq x_s x_z y_s y_z",
              "yq",
              "kernel_shape",
              new int[] {3, 2},
              "strides",
              new int[] {2, 2},
              "pads",
              new int[] {1, 0, 1, 0})
          .compare(0.031);
      chain(type, 1, 3, 4, 4)
          .scale("c", 0.009f, 5, type)
          .integers("c", type, 1, 2, 4, 4)
          .microsoft("QLinearConcat", "y_s y_z xq x_s x_z c c_s c_z xq x_s x_z", "yq", "axis", 1)
          .compare(0.031);
    }
  }

  @Test
  void whatMovesIntegersMovesWhatTheyStandFor() throws Exception {
    Quantised model =
        chain(DataType.UINT8, 1, 4, 6, 6)
            .node(
                "MaxPool", "xq", "p", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2})
            .node("Transpose", "p", "t", "perm", new int[] {0, 2, 3, 1})
            .scales("w", 5, DataType.INT8)
            .integers("w", DataType.INT8, 36, 5);
    model.model.longs("shape", 1, 36);
    model
        .node("Reshape", "t shape", "r")
        .node("QLinearMatMul", "r x_s x_z w w_s w_z y_s y_z", "yq")
        .compare(0.031);
    for (Node node : model.model.bind().nodes()) {
      if (node.op() instanceof Op.Transpose || node.op() instanceof Op.Pool) {
        assertThat(model.model.bind().type(node.output()).dataType()).isEqualTo(DataType.FLOAT32);
      }
    }
  }

  /** As quantisers write it: every value through a pair, activations behind the sums. */
  private static Quantised qdq() {
    Quantised model =
        new Quantised(7, 1, 3, 8, 8)
            .scale("x", 0.0123f, 120, DataType.UINT8)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("DequantizeLinear", "xq x_s x_z", "xd")
            .scales("w", 8, DataType.INT8)
            .integers("w", DataType.INT8, 8, 3, 3, 3)
            .node("DequantizeLinear", "w w_s w_z", "wd", "axis", 0)
            .scale("b", 0.0001f, 0, DataType.INT32)
            .bias("b", 8)
            .node("DequantizeLinear", "b b_s b_z", "bd")
            .node("Conv", "xd wd bd", "c", "pads", new int[] {1, 1, 1, 1})
            .node("Relu", "c", "r")
            .scale("r", 0.02f, 0, DataType.UINT8)
            .node("QuantizeLinear", "r r_s r_z", "rq")
            .node("DequantizeLinear", "rq r_s r_z", "rd")
            .scales("v", 8, DataType.INT8)
            .integers("v", DataType.INT8, 8, 8, 1, 1)
            .node("DequantizeLinear", "v v_s v_z", "vd", "axis", 0)
            .node("Conv", "rd vd", "d")
            .scale("d", 0.1f, 128, DataType.UINT8)
            .node("QuantizeLinear", "d d_s d_z", "dq")
            .node("DequantizeLinear", "dq d_s d_z", "dd")
            .node("Add", "dd rd", "s")
            .scale("s", 0.1f, 110, DataType.UINT8)
            .node("QuantizeLinear", "s s_s s_z", "sq")
            .node("DequantizeLinear", "sq s_s s_z", "sd")
            .node("GlobalAveragePool", "sd", "g")
            .node("Flatten", "g", "f")
            .scale("f", 0.05f, 128, DataType.UINT8)
            .node("QuantizeLinear", "f f_s f_z", "fq")
            .node("DequantizeLinear", "fq f_s f_z", "fd")
            .scales("u", 5, DataType.INT8)
            .integers("u", DataType.INT8, 5, 8)
            .node("DequantizeLinear", "u u_s u_z", "ud", "axis", 0)
            .node("Transpose", "ud", "ut", "perm", new int[] {1, 0})
            .node("MatMul", "fd ut", "y");
    return model;
  }

  @Test
  void aNetworkOfPairs() throws Exception {
    // The last product sums 8 times a weight below 2 times an f that may be one quantum off.
    qdq().compare(8 * 2 * 0.05);
  }

  @Test
  void weightsStayIntegersBehindADequantizeEvenWhereTheyAreTransposedOrReshaped() throws Exception {
    Graph graph = qdq().model.bind();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Conv || node.op() instanceof Op.MatMul) {
        Node weights = producer(graph, node.inputs().get(1));
        assertThat(weights.op()).as(node.name()).isInstanceOf(Op.Dequantize.class);
        Tensor integers = graph.constants().get(weights.inputs().getFirst());
        assertThat(integers.dataType()).as(node.name()).isEqualTo(DataType.INT8);
        int axis = node.op() instanceof Op.Conv ? 0 : 1;
        assertThat(weights.op()).isEqualTo(new Op.Dequantize(axis));
        assertThat(integers.shape().dim(axis))
            .isEqualTo((int) graph.type(weights.inputs().get(1)).shape().elements());
      }
    }
    assertThat(graph.nodes().stream().filter(n -> n.op() instanceof Op.Transpose)).isEmpty();
  }

  private static Node producer(Graph graph, String value) {
    return graph.nodes().stream().filter(n -> n.output().equals(value)).findFirst().orElseThrow();
  }

  @Test
  void dequantisedConstantsOfOtherOperatorsAreFolded() throws Exception {
    Quantised model =
        new Quantised(8, 2, 3)
            .scale("c", 0.01f, 3, DataType.INT8)
            .integers("c", DataType.INT8, 3)
            .node("DequantizeLinear", "c c_s c_z", "cd")
            .node("Add", "x cd", "y");
    model.compare(0);
    assertThat(model.operators()).containsExactly("Binary");
  }

  @Test
  void floatWeightsBehindAPairBecomeIntegers() throws Exception {
    Quantised model = new Quantised(9, 1, 2, 4, 4).scales("w", 3, DataType.INT8);
    model.model.constant(
        "w", Tensor.ofFloats(new float[] {0.1f, -0.2f, 0.3f, 0.4f, -0.5f, 0.55f}, 3, 2, 1, 1));
    model
        .node("QuantizeLinear", "w w_s w_z", "wq", "axis", 0)
        .node("DequantizeLinear", "wq w_s w_z", "wd", "axis", 0)
        .node("Conv", "x wd", "y");
    model.compare(1e-6);
    assertThat(model.operators()).containsExactly("Dequantize", "Conv");
  }

  @Test
  void aPadBetweenQuantiseAndDequantiseJoinsTheConvolution() throws Exception {
    Quantised model =
        new Quantised(10, 1, 2, 4, 4)
            .scale("x", 0.0123f, 120, DataType.UINT8)
            .scale("w", 0.01f, 0, DataType.INT8)
            .integers("w", DataType.INT8, 3, 2, 3, 3);
    model.model.longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    model
        .node("Pad", "x pads", "p")
        .node("QuantizeLinear", "p x_s x_z", "pq")
        .node("DequantizeLinear", "pq x_s x_z", "pd")
        .node("DequantizeLinear", "w w_s w_z", "wd")
        .node("Conv", "pd wd", "y");
    model.compare(1e-4);
    assertThat(model.operators()).containsExactly("Quantize", "Dequantize", "Dequantize", "Conv");
  }

  @Test
  void productsOfIntegersWhereFloatsHoldEverySum() throws Exception {
    Quantised conv =
        new Quantised(11, 1, 2, 5, 5)
            .scale("x", 0.0123f, 120, DataType.UINT8)
            .scale("w", 0.01f, 3, DataType.INT8)
            .integers("w", DataType.INT8, 3, 2, 3, 3)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("ConvInteger", "xq w x_z w_z", "c")
            .node("Cast", "c", "y", "to", 1);
    conv.compare(0);
    Quantised product =
        new Quantised(12, 4, 30)
            .scale("x", 0.0123f, 120, DataType.UINT8)
            .integers("w", DataType.UINT8, 30, 7)
            .integers("w_z", DataType.UINT8, 7)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("MatMulInteger", "xq w x_z w_z", "c")
            .node("Cast", "c", "y", "to", 1);
    product.compare(0);
  }

  private static void refused(Quantised model, String... words) {
    assertThatThrownBy(model.model::bind)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatCannotBeExpressedIsRefusedByName() {
    refused(
        new Quantised(20, 4).node("DynamicQuantizeLinear", "x", "y s z"),
        "DynamicQuantizeLinear",
        "chooses its scale at run time");
    refused(
        new Quantised(21, 4, 1000)
            .scale("x", 0.01f, 0, DataType.UINT8)
            .integers("w", DataType.UINT8, 1000, 4)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("MatMulInteger", "xq w", "c")
            .node("Cast", "c", "y", "to", 1),
        "MatMulInteger",
        "float32 does not hold exactly");
    refused(
        new Quantised(22, 4, 4)
            .scales("x", 2, DataType.INT8)
            .node("QuantizeLinear", "x x_s x_z", "y", "axis", 0, "block_size", 2),
        "blocks of 2 elements");
    refused(
        new Quantised(23, 4)
            .scale("x", 0.01f, 0, DataType.UINT8)
            .node("QuantizeLinear", "x x_s x_z", "y"),
        "output \"y\"",
        "DequantizeLinear");
    refused(
        new Quantised(24, 4)
            .scale("x", -1, 0, DataType.INT8)
            .node("QuantizeLinear", "x x_s x_z", "y"),
        "scale -1.0 is not a positive number");
    refused(
        new Quantised(25, 4)
            .scale("x", 1, 0, DataType.INT32)
            .node("QuantizeLinear", "x x_s x_z", "y"),
        "INT32 instead of INT8 or UINT8");
    refused(
        new Quantised(26, 2, 4)
            .scale("x", 1, 0, DataType.INT8)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("Relu", "xq", "r")
            .node("DequantizeLinear", "r x_s x_z", "y"),
        "Relu",
        "8-bit integers at run time");
    refused(
        new Quantised(27, 2, 4)
            .scale("x", 1, 0, DataType.INT8)
            .scale("u", 1, 0, DataType.UINT8)
            .node("QuantizeLinear", "x x_s x_z", "xq")
            .node("DequantizeLinear", "xq u_s u_z", "y"),
        "zero point is UINT8 for elements of INT8");
    refused(
        new Quantised(28, 2, 4)
            .scales("x", 3, DataType.INT8)
            .node("QuantizeLinear", "x x_s x_z", "y"),
        "do not fit dimension 1");
  }

  @Test
  void inputsOfIntegersAreRefused() {
    for (TensorProto.DataType type :
        List.of(TensorProto.DataType.UINT8, TensorProto.DataType.INT8)) {
      ModelBuilder model =
          ModelBuilder.opset(17)
              .input("x", type, 2, 3)
              .constant("s", Tensor.ofFloats(new float[] {1}))
              .node("DequantizeLinear", "x s", "y")
              .output("y");
      assertThatThrownBy(model::bind)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("it reads %s that are given at run time", type);
    }
  }

  @Test
  void parametersCountWeightsOf8Bits() throws Exception {
    Quantised model =
        new Quantised(30, 1, 2, 4, 4)
            .scale("w", 0.01f, 0, DataType.INT8)
            .integers("w", DataType.INT8, 3, 2, 3, 3)
            .node("DequantizeLinear", "w w_s w_z", "wd")
            .node("Conv", "x wd", "y");
    assertThat(model.model.model().summary().parameters()).isEqualTo(54 + 2);
  }
}
