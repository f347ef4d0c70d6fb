package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every family of operators, with answers by hand. */
class OperatorsTest {
  private static final float[] FOUR = {-2, -0.5f, 1, 3};

  /** One node with one input x, and what its result must be. */
  private static void check(
      int opset, String opType, Tensor x, float[] expected, int[] shape, Object... attributes)
      throws InvalidModelException {
    ModelBuilder model =
        ModelBuilder.opset(opset)
            .input("x", Arrays.stream(x.shape().dims()).boxed().toArray())
            .node(opType, "x", "y", attributes)
            .output("y");
    TensorAssert.assertClose(model.run("x", x), expected, shape);
  }

  private static void activation(String opType, float[] expected, Object... attributes)
      throws InvalidModelException {
    check(20, opType, Tensor.ofFloats(FOUR, 4), expected, new int[] {4}, attributes);
  }

  private static Tensor count(int... dims) {
    float[] values = new float[(int) Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.ofFloats(values, dims);
  }

  @Test
  void activations() throws Exception {
    activation("Relu", new float[] {0, 0, 1, 3});
    activation("LeakyRelu", new float[] {-0.02f, -0.005f, 1, 3});
    activation("LeakyRelu", new float[] {-1, -0.25f, 1, 3}, "alpha", 0.5f);
    activation("HardSigmoid", new float[] {0.1f, 0.4f, 0.7f, 1});
    activation("HardSigmoid", new float[] {0, 0, 1, 1}, "alpha", 1f, "beta", 0f);
    activation("HardSwish", new float[] {-1 / 3f, -0.5f * 2.5f / 6, 4 / 6f, 3});
    activation("Sigmoid", new float[] {0.11920292f, 0.37754067f, 0.73105858f, 0.95257413f});
    activation("Tanh", new float[] {-0.96402758f, -0.46211716f, 0.76159416f, 0.99505475f});
    activation("Erf", new float[] {-0.99532227f, -0.52049988f, 0.84270079f, 0.99997791f});
    activation("Gelu", new float[] {-0.04550026f, -0.15426877f, 0.84134475f, 2.99595031f});
    activation(
        "Gelu",
        new float[] {-0.04540230f, -0.15428599f, 0.84119199f, 2.99636261f},
        "approximate",
        "tanh");
    activation("Softsign", new float[] {-2 / 3f, -1 / 3f, 0.5f, 0.75f});
    float e2 = (float) Math.expm1(-2);
    float e05 = (float) Math.expm1(-0.5);
    activation("Elu", new float[] {2 * e2, 2 * e05, 1, 3}, "alpha", 2f);
    activation("Selu", new float[] {6 * e2, 6 * e05, 3, 9}, "alpha", 2f, "gamma", 3f);
    float c2 = 2 * (float) Math.expm1(-1);
    float c05 = 2 * (float) Math.expm1(-0.25);
    activation("Celu", new float[] {c2, c05, 1, 3}, "alpha", 2f);
  }

  @Test
  void functions() throws Exception {
    activation("Abs", new float[] {2, 0.5f, 1, 3});
    activation("Neg", new float[] {2, 0.5f, -1, -3});
    activation("Reciprocal", new float[] {-0.5f, -2, 1, 1 / 3f});
    activation("Exp", new float[] {0.13533528f, 0.60653066f, 2.71828183f, 20.0855369f});
    activation("Sin", new float[] {-0.90929743f, -0.47942554f, 0.84147098f, 0.14112001f});
    activation("Cos", new float[] {-0.41614684f, 0.87758256f, 0.54030231f, -0.98999250f});
    Tensor powers = Tensor.ofFloats(new float[] {1, (float) Math.E}, 2);
    check(13, "Log", powers, new float[] {0, 1}, new int[] {2});
    check(13, "Sqrt", Tensor.ofFloats(new float[] {0, 4}, 2), new float[] {0, 2}, new int[] {2});
  }

  @Test
  void clipTakesItsLimitsFromAttributesOrFromInputs() throws Exception {
    Tensor x = Tensor.ofFloats(FOUR, 4);
    float[] expected = {-1, -0.5f, 1, 2};
    check(10, "Clip", x, expected, new int[] {4}, "min", -1f, "max", 2f);
    ModelBuilder model =
        ModelBuilder.opset(11)
            .input("x", 4)
            .constant("max", Tensor.ofFloats(new float[] {2}))
            .node("Clip", "x - max", "y")
            .output("y");
    assertThat(model.run("x", x).floats()).containsExactly(-2, -0.5f, 1, 2);
  }

  @Test
  void preluIsALeakyReluWhereTheSlopeIsOne() throws Exception {
    Tensor x = Tensor.ofFloats(FOUR, 2, 2);
    ModelBuilder one =
        ModelBuilder.opset(13)
            .input("x", 2, 2)
            .constant("slope", Tensor.ofFloats(new float[] {0.5f}, 1))
            .node("PRelu", "x slope", "y")
            .output("y");
    assertThat(one.bind().nodes()).hasSize(1);
    assertThat(one.run("x", x).floats()).containsExactly(-1, -0.25f, 1, 3);
    ModelBuilder each =
        ModelBuilder.opset(13)
            .input("x", 2, 2)
            .constant("slope", Tensor.ofFloats(new float[] {0.5f, 2}, 2))
            .node("PRelu", "x slope", "y")
            .output("y");
    assertThat(each.run("x", x).floats()).containsExactly(-1, -1, 1, 3);
  }

  @Test
  void arithmeticBroadcasts() throws Exception {
    Map<String, float[]> expected =
        Map.of(
            "Add", new float[] {10, 11, 22, 23},
            "Sub", new float[] {-10, -9, -18, -17},
            "Mul", new float[] {0, 10, 40, 60},
            "Div", new float[] {0, 0.1f, 0.1f, 0.15f},
            "Min", new float[] {0, 1, 2, 3},
            "Max", new float[] {10, 10, 20, 20});
    for (Map.Entry<String, float[]> e : expected.entrySet()) {
      ModelBuilder model =
          ModelBuilder.opset(13)
              .input("x", 2, 2)
              .constant("c", Tensor.ofFloats(new float[] {10, 20}, 2, 1))
              .node(e.getKey(), "x c", "y")
              .output("y");
      TensorAssert.assertClose(model.run("x", count(2, 2)), e.getValue(), 2, 2);
    }
  }

  @Test
  void chainsOfManyInputs() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 3)
            .constant("a", Tensor.ofFloats(new float[] {5, 6, 7}, 3))
            .constant("b", Tensor.ofFloats(new float[] {1, 1, 1}, 3))
            .node("Sum", "x a b", "s")
            .node("Mean", "x a b", "m")
            .node("Max", "x a b", "t")
            .node("Concat", "s m t", "y", "axis", 0)
            .output("y");
    TensorAssert.assertClose(
        model.run("x", count(3)), new float[] {6, 8, 10, 2, 8 / 3f, 10 / 3f, 5, 6, 7}, 9);
  }

  @Test
  void powTakesIntegerExponents() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 4)
            .constant("two", Tensor.ofLongs(new long[] {2}))
            .node("Pow", "x two", "y")
            .output("y");
    assertThat(model.run("x", Tensor.ofFloats(FOUR, 4)).floats()).containsExactly(4, 0.25f, 1, 9);
  }

  @Test
  void convolutionOverTwoDimensionsAndOverOne() throws Exception {
    // Sums of 2 by 2 windows, and a bias of 100.
    ModelBuilder two =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 3, 3)
            .constant("w", Tensor.ofFloats(new float[] {1, 1, 1, 1}, 1, 1, 2, 2))
            .constant("b", Tensor.ofFloats(new float[] {100}, 1))
            .node("Conv", "x w b", "y", "pads", new int[] {1, 0, 0, 0})
            .output("y");
    TensorAssert.assertClose(
        two.run("x", count(1, 1, 3, 3)), new float[] {101, 103, 108, 112, 120, 124}, 1, 1, 3, 2);
    // Differences of neighbours two apart.
    ModelBuilder one =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 5)
            .constant("w", Tensor.ofFloats(new float[] {-1, 1}, 1, 1, 2))
            .node("Conv", "x w", "y", "dilations", new int[] {2})
            .output("y");
    Tensor squares = Tensor.ofFloats(new float[] {0, 1, 4, 9, 16}, 1, 1, 5);
    TensorAssert.assertClose(one.run("x", squares), new float[] {4, 8, 12}, 1, 1, 3);
  }

  @Test
  void groupsKeepChannelsApart() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 2, 1, 2)
            .constant("w", Tensor.ofFloats(new float[] {10, 100}, 2, 1, 1, 1))
            .node("Conv", "x w", "y", "group", 2)
            .output("y");
    TensorAssert.assertClose(
        model.run("x", count(1, 2, 1, 2)), new float[] {0, 10, 200, 300}, 1, 2, 1, 2);
  }

  @Test
  void transposedConvolutionResolvesItsPadding() throws Exception {
    // Each element spreads over 3, two apart; one is cut ahead, and none behind: 5 of 2 * 1 + 3.
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 1, 2)
            .constant("w", Tensor.ofFloats(new float[] {1, 2, 3}, 1, 1, 1, 3))
            .node(
                "ConvTranspose",
                "x w",
                "y",
                "strides",
                new int[] {1, 2},
                "pads",
                new int[] {0, 1, 0, 1},
                "output_padding",
                new int[] {0, 1})
            .output("y");
    Tensor x = Tensor.ofFloats(new float[] {1, 10}, 1, 1, 1, 2);
    TensorAssert.assertClose(model.run("x", x), new float[] {2, 13, 20, 30}, 1, 1, 1, 4);
    assertThat(((Op.ConvTranspose) model.bind().nodes().getFirst().op()).pads())
        .containsExactly(0, 1, 0, 0);
  }

  @Test
  void paddingOfZerosMovesIntoTheConvolution() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 1, 3)
            .longs("pads", 0, 0, 0, 1, 0, 0, 0, 2)
            .node("Pad", "x pads", "p")
            .constant("w", Tensor.ofFloats(new float[] {1, 1}, 1, 1, 1, 2))
            .node("Conv", "p w", "y", "pads", new int[] {0, 1, 0, 0})
            .output("y");
    assertThat(model.bind().nodes()).hasSize(1);
    TensorAssert.assertClose(
        model.run("x", count(1, 1, 1, 3)), new float[] {0, 0, 1, 3, 2, 0}, 1, 1, 1, 6);
  }

  @Test
  void paddingThatNothingTakesOverIsRefused() {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 2, 2)
            .longs("pads", 0, 1, 0, 1)
            .node("Pad", "x pads", "p")
            .node("Relu", "p", "y")
            .output("y");
    assertThatThrownBy(model::bind)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(
            "Relu \"Relu_of_test\" (it reads the result of Pad \"Pad_of_test\", which only a"
                + " convolution or a pooling can take over)");
  }

  @Test
  void poolings() throws Exception {
    Tensor x = count(1, 1, 3, 3);
    int[] kernel = {2, 2};
    check(
        13, "MaxPool", x, new float[] {4, 5, 7, 8}, new int[] {1, 1, 2, 2}, "kernel_shape", kernel);
    check(
        13,
        "MaxPool",
        x,
        new float[] {4, 5, 7, 8},
        new int[] {1, 1, 2, 2},
        "kernel_shape",
        kernel,
        "strides",
        kernel,
        "ceil_mode",
        1);
    // The first window holds one element of four.
    check(
        13,
        "AveragePool",
        Tensor.ofFloats(new float[] {8}, 1, 1, 1, 1),
        new float[] {2},
        new int[] {1, 1, 1, 1},
        "kernel_shape",
        kernel,
        "pads",
        new int[] {1, 1, 0, 0},
        "count_include_pad",
        1);
    check(
        13,
        "AveragePool",
        Tensor.ofFloats(new float[] {8}, 1, 1, 1, 1),
        new float[] {8},
        new int[] {1, 1, 1, 1},
        "kernel_shape",
        kernel,
        "auto_pad",
        "SAME_LOWER");
    check(13, "GlobalAveragePool", x, new float[] {4}, new int[] {1, 1, 1, 1});
    check(13, "GlobalMaxPool", x, new float[] {8}, new int[] {1, 1, 1, 1});
  }

  @Test
  void batchNormalization() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 2, 2)
            .constant("scale", Tensor.ofFloats(new float[] {1, 2}, 2))
            .constant("bias", Tensor.ofFloats(new float[] {0, 5}, 2))
            .constant("mean", Tensor.ofFloats(new float[] {1, 2}, 2))
            .constant("variance", Tensor.ofFloats(new float[] {3, 15}, 2))
            .node("BatchNormalization", "x scale bias mean variance", "y", "epsilon", 1f)
            .output("y");
    TensorAssert.assertClose(
        model.run("x", count(1, 2, 2)), new float[] {-0.5f, 0, 5, 5.5f}, 1, 2, 2);
  }

  @Test
  void layerNormalizationWithoutABias() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(17)
            .input("x", 1, 2)
            .constant("scale", Tensor.ofFloats(new float[] {1, 10}, 2))
            .node("LayerNormalization", "x scale", "y", "epsilon", 3f)
            .output("y");
    // Mean 3, variance 1, with epsilon 4.
    Tensor x = Tensor.ofFloats(new float[] {2, 4}, 1, 2);
    TensorAssert.assertClose(model.run("x", x), new float[] {-0.5f, 5}, 1, 2);
  }

  @Test
  void softmaxBeforeOpset13IsOverAllThatFollows() throws Exception {
    Tensor zeros = Tensor.ofFloats(new float[4], 1, 2, 2);
    float q = 0.25f;
    check(12, "Softmax", zeros, new float[] {q, q, q, q}, new int[] {1, 2, 2});
    float h = 0.5f;
    check(13, "Softmax", zeros, new float[] {h, h, h, h}, new int[] {1, 2, 2}, "axis", 1);
    float log3 = (float) Math.log(3);
    check(
        13,
        "Softmax",
        Tensor.ofFloats(new float[] {0, log3, 100, 100 + log3}, 2, 2),
        new float[] {0.25f, 0.75f, 0.25f, 0.75f},
        new int[] {2, 2});
  }

  @Test
  void matrixProducts() throws Exception {
    Tensor x = count(2, 3);
    ModelBuilder vector =
        ModelBuilder.opset(13)
            .input("x", 2, 3)
            .constant("w", Tensor.ofFloats(new float[] {1, 10, 100}, 3))
            .node("MatMul", "x w", "y")
            .output("y");
    TensorAssert.assertClose(vector.run("x", x), new float[] {210, 543}, 2);
    ModelBuilder gemm =
        ModelBuilder.opset(13)
            .input("x", 2, 3)
            .constant("w", Tensor.ofFloats(new float[] {1, 10}, 1, 2))
            .constant("c", Tensor.ofFloats(new float[] {1, 2, 3}, 3, 1))
            .node("Gemm", "x w c", "y", "transA", 1, "transB", 1, "alpha", 2f, "beta", 100f)
            .output("y");
    TensorAssert.assertClose(gemm.run("x", x), new float[] {160, 282, 404}, 3, 1);
    ModelBuilder batched =
        ModelBuilder.opset(13)
            .input("x", 2, 1, 2)
            .constant("w", Tensor.ofFloats(new float[] {1, 10}, 2, 1))
            .node("MatMul", "x w", "y")
            .output("y");
    TensorAssert.assertClose(batched.run("x", count(2, 1, 2)), new float[] {10, 32}, 2, 1, 1);
  }

  @Test
  void reductionsTakeAxesFromAnAttributeOrAnInput() throws Exception {
    Tensor x = count(2, 3);
    int[] last = {-1};
    check(13, "ReduceMean", x, new float[] {1, 4}, new int[] {2, 1}, "axes", last);
    check(13, "ReduceMax", x, new float[] {5}, new int[] {}, "keepdims", 0);
    check(13, "ReduceMin", x, new float[] {0, 3}, new int[] {2}, "axes", last, "keepdims", 0);
    check(13, "ReduceSumSquare", x, new float[] {5, 50}, new int[] {2, 1}, "axes", last);
    check(13, "ReduceL1", x, new float[] {3, 12}, new int[] {2, 1}, "axes", last);
    float[] roots = {(float) Math.sqrt(5), (float) Math.sqrt(50)};
    check(13, "ReduceL2", x, roots, new int[] {2, 1}, "axes", last);
    check(13, "ReduceSum", x, new float[] {15}, new int[] {1, 1});
    ModelBuilder model =
        ModelBuilder.opset(18)
            .input("x", 2, 3)
            .longs("axes", 0)
            .node("ReduceSum", "x axes", "y")
            .output("y");
    TensorAssert.assertClose(model.run("x", x), new float[] {3, 5, 7}, 1, 3);
    check(18, "ReduceMean", x, x.floats(), new int[] {2, 3}, "noop_with_empty_axes", 1);
  }

  @Test
  void shapesChange() throws Exception {
    Tensor x = count(1, 2, 3, 1);
    check(11, "Squeeze", x, x.floats(), new int[] {2, 3});
    check(11, "Squeeze", x, x.floats(), new int[] {2, 3, 1}, "axes", new int[] {0});
    check(11, "Unsqueeze", x, x.floats(), new int[] {1, 1, 2, 3, 1}, "axes", new int[] {-5});
    check(11, "Flatten", x, x.floats(), new int[] {2, 3}, "axis", 2);
    check(11, "Flatten", x, x.floats(), new int[] {1, 6}, "axis", 0);
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 2, 3, 1)
            .longs("shape", 0, -1, 2)
            .node("Reshape", "x shape", "y")
            .output("y");
    TensorAssert.assertClose(model.run("x", x), x.floats(), 1, 3, 2);
  }

  @Test
  void elementsMove() throws Exception {
    Tensor x = count(2, 3);
    check(13, "Transpose", x, new float[] {0, 3, 1, 4, 2, 5}, new int[] {3, 2});
    check(
        9,
        "Slice",
        x,
        new float[] {1, 2},
        new int[] {1, 2},
        "starts",
        new int[] {0, -2},
        "ends",
        new int[] {1, 1000});
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 2, 3)
            .longs("starts", -1, 5)
            .longs("ends", -100, 0)
            .longs("axes", 0, 1)
            .longs("steps", -1, -2)
            .node("Slice", "x starts ends axes steps", "y")
            .output("y");
    TensorAssert.assertClose(model.run("x", x), new float[] {5, 2}, 2, 1);
    check(
        13,
        "DepthToSpace",
        count(1, 4, 1, 1),
        new float[] {0, 1, 2, 3},
        new int[] {1, 1, 2, 2},
        "blocksize",
        2);
    check(
        13,
        "SpaceToDepth",
        count(1, 1, 2, 2),
        new float[] {0, 1, 2, 3},
        new int[] {1, 4, 1, 1},
        "blocksize",
        2);
  }

  @Test
  void partsAreTakenAndJoined() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 2, 3)
            .longs("sizes", 1, 2)
            .node("Split", "x sizes", "a b", "axis", 1)
            .constant("last", Tensor.ofLongs(new long[] {-1}))
            .node("Gather", "x last", "row")
            .longs("permutation", 2, 0, 2)
            .node("Gather", "row permutation", "picked")
            .longs("twice", 1, 2)
            .node("Tile", "b twice", "tiled")
            .longs("wide", 2, 3)
            .node("Expand", "a wide", "expanded")
            .node("Flatten", "tiled", "f1", "axis", 0)
            .node("Flatten", "expanded", "f2", "axis", 0)
            .node("Flatten", "picked", "f3", "axis", 0)
            .node("Concat", "f1 f2 f3", "y", "axis", 1)
            .output("y");
    float[] expected = {1, 2, 1, 2, 4, 5, 4, 5, 0, 0, 0, 3, 3, 3, 5, 3, 5};
    TensorAssert.assertClose(model.run("x", count(2, 3)), expected, 1, 17);
  }

  @Test
  void rowsOfATableAreGatheredByIdsOfRunTime() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("ids", TensorProto.DataType.INT64, 1, 3)
            .constant("table", count(4, 2))
            .node("Gather", "table ids", "y")
            .output("y");
    Tensor ids = Tensor.ofLongs(new long[] {3, 0, -2}, 1, 3);
    TensorAssert.assertClose(model.run("ids", ids), new float[] {6, 7, 0, 1, 4, 5}, 1, 3, 2);
  }

  @Test
  void aRowThatDoesNotExistIsZeros() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("ids", TensorProto.DataType.INT64, 5)
            .constant("table", Tensor.ofFloats(new float[] {1, 2, 3}, 3))
            .node("Gather", "table ids", "y")
            .output("y");
    Tensor ids = Tensor.ofLongs(new long[] {3, -4, Long.MIN_VALUE, Long.MAX_VALUE, 2}, 5);
    TensorAssert.assertClose(model.run("ids", ids), new float[] {0, 0, 0, 0, 3}, 5);
  }

  @Test
  void columnsAreGatheredByIdsOfRunTime() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 2, 3)
            .input("ids", TensorProto.DataType.INT32, 2)
            .node("Gather", "x ids", "y", "axis", 1)
            .output("y");
    Tensor ids = Integers.tensor(DataType.INT32, Shape.of(2), 2, 0);
    TensorAssert.assertClose(
        model.run(Map.of("x", count(2, 3), "ids", ids)), new float[] {2, 0, 5, 3}, 2, 2);
  }

  @Test
  void anAttentionMaskIsComputedFromIntegers() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("mask", TensorProto.DataType.INT64, 1, 4)
            .longs("axes", 1, 2)
            .node("Unsqueeze", "mask axes", "wide")
            .node("Cast", "wide", "floats", "to", 1)
            .constant("one", Tensor.ofFloats(new float[] {1}))
            .constant("lowest", Tensor.ofFloats(new float[] {-Float.MAX_VALUE}))
            .node("Sub", "one floats", "inverted")
            .node("Mul", "inverted lowest", "y")
            .output("y");
    Tensor mask = Tensor.ofLongs(new long[] {1, 1, 0, 1}, 1, 4);
    TensorAssert.assertClose(
        model.run("mask", mask), new float[] {0, 0, -Float.MAX_VALUE, 0}, 1, 1, 1, 4);
  }

  @Test
  void integersAreCastAtRunTime() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", TensorProto.DataType.INT64, 3)
            .node("Cast", "x", "narrow", "to", TensorProto.DataType.INT32_VALUE)
            .node("Cast", "narrow", "y", "to", TensorProto.DataType.FLOAT_VALUE)
            .output("y");
    Tensor x = Tensor.ofLongs(new long[] {-3, (1L << 32) + 5, 16_777_217}, 3);
    TensorAssert.assertClose(model.run("x", x), new float[] {-3, 5, 16_777_216}, 3);
  }

  @Test
  void nearestEnlargementBySizesScalesAndUpsample() throws Exception {
    float[] expected = {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1};
    Tensor x = count(1, 1, 1, 2);
    check(7, "Upsample", x, expected, new int[] {1, 1, 3, 4}, "scales", new float[] {1, 1, 3, 2});
    ModelBuilder sizes =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 1, 2)
            .longs("sizes", 1, 1, 3, 4)
            .node("Resize", "x - - sizes", "y", "mode", "nearest")
            .output("y");
    TensorAssert.assertClose(sizes.run("x", x), expected, 1, 1, 3, 4);
    ModelBuilder axes =
        ModelBuilder.opset(18)
            .input("x", 1, 1, 1, 2)
            .constant("scales", Tensor.ofFloats(new float[] {2, 3}, 2))
            .node("Resize", "x - scales", "y", "axes", new int[] {3, 2})
            .output("y");
    TensorAssert.assertClose(axes.run("x", x), expected, 1, 1, 3, 4);
  }

  @Test
  void linearResizingByUpsampleAndRefusals() throws Exception {
    float[] expected = {0, 0.5f, 1, 1, 0, 0.5f, 1, 1};
    Tensor x = count(1, 1, 1, 2);
    int[] dims = {1, 1, 2, 4};
    float[] twice = {1, 1, 2, 2};
    check(7, "Upsample", x, expected, dims, "scales", twice, "mode", "linear");
    check(7, "Upsample", x, x.floats(), x.shape().dims(), "scales", new float[] {1, 1, 1, 1});
    resizeIsRefused("supported for the last two dimensions only", 1, 2, 2, 2);
    resizeIsRefused("a scale of 3.1415927 is no fraction of small numbers", 1, 1, 1, 3.1415927f);
    resizeIsRefused("a dimension of 1 would become 0", 1, 1, 0.5f, 1);
    resizeIsRefused("a scale of -1.0 is not supported", 1, 1, -1, 1);
  }

  private static void resizeIsRefused(String message, float... scales) {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .input("x", 1, 1, 1, 2)
                    .constant("scales", Tensor.ofFloats(scales, 4))
                    .node("Resize", "x - scales", "y", "mode", "linear")
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void integersAreComputedAheadOfRunTime() throws Exception {
    folds("Add", 17, 4, 21);
    folds("Sub", 17, 4, 13);
    folds("Mul", 17, 4, 68);
    folds("Div", -17, 4, -4);
    folds("Mod", -17, 4, 3);
    folds("Min", 17, 4, 4);
    folds("Max", 17, 4, 17);
    folds("Equal", 4, 4, 1);
    folds("Greater", 17, 4, 1);
    folds("GreaterOrEqual", 4, 17, 0);
    folds("Less", 17, 4, 0);
    folds("LessOrEqual", 4, 4, 1);
  }

  private static void folds(String opType, long a, long b, long expected) throws Exception {
    Graph graph =
        ModelBuilder.opset(13)
            .constant("a", Tensor.ofLongs(new long[] {a}))
            .constant("b", Tensor.ofLongs(new long[] {b}))
            .node(opType, "a b", "y")
            .output("y")
            .bind();
    assertThat(graph.nodes()).isEmpty();
    Tensor y = Interpreter.run(graph, Map.of()).get("y");
    assertThat(Integers.of(y)).as(opType).containsExactly(expected);
  }

  /** As detectors keep the pixels that are the largest around. */
  @Test
  void equalFloatsAreOnesOnceTheyAreCast() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 1, 4)
            .node(
                "MaxPool",
                "x",
                "m",
                "kernel_shape",
                new int[] {1, 3},
                "pads",
                new int[] {0, 1, 0, 1})
            .node("Equal", "x m", "e")
            .node("Cast", "e", "f", "to", TensorProto.DataType.FLOAT_VALUE)
            .node("Mul", "x f", "y")
            .output("y");
    assertThat(model.bind().nodes()).hasSize(3);
    Tensor x = Tensor.ofFloats(new float[] {3, 2, 5, 5}, 1, 1, 1, 4);
    TensorAssert.assertClose(model.run("x", x), new float[] {3, 0, 5, 5}, 1, 1, 1, 4);
    ModelBuilder equal =
        ModelBuilder.opset(13).input("x", 4).input("z", 4).node("Equal", "x z", "e");
    assertThatThrownBy(
            () -> equal.node("Unsqueeze", "e one", "y").longs("one", 0).output("y").bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("BOOL");
    ModelBuilder bare = ModelBuilder.opset(13).input("x", 4).input("z", 4);
    assertThatThrownBy(() -> bare.node("Equal", "x z", "y").output("y").bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("output \"y\" is of integers computed at run time");
  }

  @Test
  void choicesRangesAndCastsAreComputedAheadOfRunTime() throws Exception {
    Graph graph =
        ModelBuilder.opset(13)
            .constant("from", Tensor.ofLongs(new long[] {7}))
            .constant("to", Tensor.ofLongs(new long[] {-2}))
            .constant("step", Tensor.ofLongs(new long[] {-3}))
            .node("Range", "from to step", "range")
            .node("Cast", "range", "floats", "to", 1)
            .constant("half", Tensor.ofFloats(new float[] {0.5f}))
            .node("Mul", "floats half", "halves")
            .node("Floor", "halves", "floored")
            .node("Ceil", "halves", "ceiled")
            .node("Greater", "range step4", "large")
            .constant("step4", Tensor.ofLongs(new long[] {3}))
            .node("Not", "large", "small")
            .node("Where", "small floored ceiled", "chosen")
            .node("Cast", "chosen", "y", "to", 6)
            .node("ReduceProd", "y", "product", "keepdims", 0)
            .output("y", "product")
            .bind();
    Map<String, Tensor> outputs = Interpreter.run(graph, Map.of());
    // 7, 4, 1 halved are 3.5, 2, 0.5; those above 3 are rounded up.
    assertThat(outputs.get("y").dataType()).isEqualTo(DataType.INT32);
    assertThat(Integers.of(outputs.get("y"))).containsExactly(4, 2, 0);
    assertThat(Integers.of(outputs.get("product"))).containsExactly(0);
  }

  @Test
  void constantsComeInManyForms() throws Exception {
    ModelBuilder model =
        ModelBuilder.opset(13)
            .node("Constant", "", "a", "value_float", 1.5f)
            .node("Constant", "", "b", "value_floats", new float[] {2, 3})
            .node("Constant", "", "c", "value_int", 4)
            .node("Constant", "", "d", "value_ints", new int[] {5, 6})
            .node("Constant", "", "e", "value", Tensor.ofFloats(new float[] {7}, 1))
            .node("ConstantOfShape", "d", "f", "value", Tensor.ofLongs(new long[] {8}, 1))
            .node("Shape", "f", "g")
            .node("Size", "f", "h");
    List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    Map<String, Tensor> y =
        Interpreter.run(model.output(names.toArray(String[]::new)).bind(), Map.of());
    assertThat(y.get("a").floats()).containsExactly(1.5f);
    assertThat(y.get("b").floats()).containsExactly(2, 3);
    assertThat(Integers.of(y.get("c"))).containsExactly(4);
    assertThat(Integers.of(y.get("d"))).containsExactly(5, 6);
    assertThat(y.get("e").floats()).containsExactly(7);
    assertThat(Integers.of(y.get("f"))).hasSize(30).containsOnly(8);
    assertThat(Integers.of(y.get("g"))).containsExactly(5, 6);
    assertThat(Integers.of(y.get("h"))).containsExactly(30);
  }
}
