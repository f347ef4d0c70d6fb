package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportTest {
  private static ModelBuilder model() {
    return ModelBuilder.opset(13).input("x", 2, 3);
  }

  @Test
  void nodesAreSortedAndKeepTheirNames() throws Exception {
    Graph graph =
        model()
            .node(ModelBuilder.proto("Relu", "h", "y").setName("second").build())
            .node(ModelBuilder.proto("Tanh", "x", "h").setName("first").build())
            .output("y")
            .bind();
    assertThat(graph.nodes()).extracting(Node::name).containsExactly("first", "second");
    assertThat(graph.nodes()).extracting(Node::output).containsExactly("h", "y");
  }

  @Test
  void nodesWithoutANameOrWithOneTwiceGetTheirOwn() throws Exception {
    Graph graph =
        model()
            .node(ModelBuilder.proto("Relu", "x", "a").setName("").build())
            .node(ModelBuilder.proto("Relu", "a", "b").setName("same").build())
            .node(ModelBuilder.proto("Relu", "b", "c").setName("same").build())
            .output("c")
            .bind();
    assertThat(graph.nodes()).extracting(Node::name).containsExactly("a", "same", "same#1");
  }

  @Test
  void whatNoOutputNeedsIsDropped() throws Exception {
    Graph graph =
        model()
            .constant("w", Tensor.ofFloats(new float[3], 3))
            .node("Add", "x w", "unused")
            .node("SomethingUnknown", "unused", "alsoUnused")
            .node("Shape", "x", "shape")
            .node("Reshape", "x shape", "y")
            .node("Relu", "y", "z")
            .output("z")
            .bind();
    assertThat(graph.nodes()).extracting(Node::op).containsExactly(Op.Unary.of(RELU));
    assertThat(graph.constants()).isEmpty();
    assertThat(graph.types()).containsOnlyKeys("x", "z");
  }

  private static final Op.Unary.Function RELU = Op.Unary.Function.RELU;

  @Test
  void namesThatMeanTheSameVanishButOutputsKeepTheirs() throws Exception {
    Graph graph =
        model()
            .node("Relu", "x", "r")
            .node("Identity", "r", "y")
            .node("Dropout", "r", "d")
            .node("Cast", "d", "z", "to", TensorProto.DataType.FLOAT_VALUE)
            .output("y", "z", "x2", "c")
            .node("Identity", "x", "x2")
            .constant("k", Tensor.ofFloats(new float[] {7}))
            .node("Identity", "k", "c")
            .bind();
    assertThat(graph.outputs()).containsExactly("y", "z", "x2", "c");
    Tensor x = Tensor.ofFloats(new float[] {-1, 2, -3, 4, -5, 6}, 2, 3);
    Map<String, Tensor> outputs = Interpreter.run(graph, Map.of("x", x));
    assertThat(outputs.get("y").floats()).containsExactly(0, 2, 0, 4, 0, 6);
    assertThat(outputs.get("z").floats()).containsExactly(0, 2, 0, 4, 0, 6);
    assertThat(outputs.get("x2").floats()).containsExactly(-1, 2, -3, 4, -5, 6);
    assertThat(outputs.get("c").floats()).containsExactly(7);
  }

  @Test
  void shapeArithmeticFoldsAway() throws Exception {
    // [N, C, H, W] to [N, C, H * W], as PyTorch writes view(n, c, -1).
    Graph graph =
        ModelBuilder.opset(13)
            .input("x", "n", 4, "h", "w")
            .node("Shape", "x", "s")
            .constant("zero", Tensor.ofLongs(new long[] {0}))
            .longs("axis0", 0)
            .longs("rest", -1)
            .longs("from", 1)
            .longs("to", 2)
            .node("Gather", "s zero", "n")
            .node("Unsqueeze", "n axis0", "n1")
            .node("Slice", "s from to", "c1")
            .node("Concat", "n1 c1 rest", "shape", "axis", 0)
            .node("Reshape", "x shape", "y")
            .output("y")
            .bind("x", 2, 4, 5, 6);
    assertThat(graph.nodes()).hasSize(1);
    assertThat(graph.type("y")).isEqualTo(TensorType.float32(2, 4, 30));
  }

  @Test
  void everythingThatIsNotSupportedIsListedAtOnce() {
    assertThatThrownBy(
            () ->
                model()
                    .node("LSTM", "x", "a")
                    .node("Relu", "a", "b")
                    .node("Softplus", "b", "c")
                    .node(ModelBuilder.proto("Fancy", "x", "d").setDomain("com.example").build())
                    .node("If", "x", "e", "then_branch", GraphProto.getDefaultInstance())
                    .node("Resize", "x - scales", "f")
                    .constant("scales", Tensor.ofFloats(new float[] {1, 1.5f}, 2))
                    .node("Sum", "c d e f", "y")
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "model.onnx: 5 nodes are not supported:"
                + " LSTM \"LSTM_of_test\" (this operator is not supported);"
                + " Softplus \"Softplus_of_test\" (this operator is not supported);"
                + " com.example.Fancy \"Fancy_of_test\" (operators outside ONNX's own set are not"
                + " supported);"
                + " If \"If_of_test\" (operators with a graph inside are not supported);"
                + " Resize \"Resize_of_test\" (a scale of 1.5 is not a whole factor)");
  }

  @Test
  void theSummaryListsUnsupportedOperatorsWithoutShapes() throws Exception {
    ModelSummary summary =
        ModelBuilder.opset(13)
            .input("x", "?", "?", "?")
            .node("LSTM", "x", "a")
            .node("GRU", "a", "y")
            .output("y")
            .model()
            .summary();
    assertThat(summary.unsupported())
        .containsExactly(
            new UnsupportedNode("LSTM_of_test", "LSTM", "this operator is not supported"),
            new UnsupportedNode("GRU_of_test", "GRU", "this operator is not supported"));
  }

  @Test
  void computingOnIntegersAtRunTimeIsRefused() {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .input("ids", TensorProto.DataType.INT64, 4)
                    .node("Add", "ids ids", "y")
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("it computes on INT64, which is not supported");
  }

  @Test
  void valuesKnownOnlyAtRunTimeHaveTypesThatAProgramHolds() {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .input("ids", TensorProto.DataType.INT64, 4)
                    .node("Cast", "ids", "y", "to", TensorProto.DataType.BOOL_VALUE)
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(
            "known only at run time, is BOOL, where only float32, int32 and int64");
  }

  @Test
  void rowsAreGatheredByIntegersOnly() {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .input("ids", 4)
                    .constant("table", Tensor.ofFloats(new float[20], 10, 2))
                    .node("Gather", "table ids", "y")
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("its indices are FLOAT32 where int32 or int64 is needed");
  }

  @Test
  void graphsThatAreNoneAreRefused() {
    refuse(
        model().node("Add", "x b", "a").node("Relu", "a", "b").output("b"),
        "node \"Add_of_test\" depends on its own result");
    refuse(
        model().node("Relu", "missing", "y").output("y"),
        "node \"Relu_of_test\" reads \"missing\", which nothing defines");
    refuse(model().output("nowhere"), "nothing defines the output \"nowhere\"");
    refuse(
        model().node("Relu", "x", "y").node("Tanh", "x", "y").output("y"),
        "node \"Tanh_of_test\" defines \"y\", which is defined already");
    refuse(
        model().node("Relu", "x", "x").output("x"),
        "node \"Relu_of_test\" defines \"x\", which is defined already");
  }

  private static void refuse(ModelBuilder model, String message) {
    assertThatThrownBy(model::bind)
        .isInstanceOf(InvalidModelException.class)
        .hasMessage("model.onnx: " + message);
  }

  @Test
  void operatorSetsThatAreNotKnownAreRefused() {
    assertThatThrownBy(() -> ModelBuilder.opset(6).input("x", 1).output("x").model())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("operator set 6 is not supported, only 7 to 22");
    assertThatThrownBy(() -> ModelBuilder.opset(23).input("x", 1).output("x").model())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("operator set 23 is not supported");
  }

  @Test
  void constantsThatExplodeAreRefusedBeforeTheirMemoryIsTaken() {
    ModelBuilder shape = model().longs("huge", 1 << 20, 1 << 10);
    refuse(
        shape.node("ConstantOfShape", "huge", "c").node("Shape", "c", "y").output("y"),
        "1 node is not supported: ConstantOfShape \"ConstantOfShape_of_test\" (its result, known"
            + " before run time, has 1073741824 elements of FLOAT32, more than 64 MiB)");
    refuse(
        model()
            .constant("from", Tensor.ofLongs(new long[] {0}))
            .constant("to", Tensor.ofLongs(new long[] {1L << 40}))
            .constant("step", Tensor.ofLongs(new long[] {1}))
            .node("Range", "from to step", "y")
            .output("y"),
        "1 node is not supported: Range \"Range_of_test\" (its result, known before run time, has"
            + " 1099511627776 elements of INT64, more than 64 MiB)");
  }

  @Test
  void constantsThatTakeForeverAreRefused() {
    ModelBuilder model = model().longs("shape", 2048, 2048).node("ConstantOfShape", "shape", "c0");
    for (int i = 0; i < 10; i++) {
      model.node("MatMul", "c%d c%d".formatted(i, i), "c" + (i + 1));
    }
    assertThatThrownBy(() -> model.output("c10").bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("computes too much from constants");
  }

  @Test
  void halfPrecisionModelsAreComputedInFloat() throws Exception {
    Graph graph =
        ModelBuilder.opset(13)
            .input("x", TensorProto.DataType.FLOAT16, 2)
            .constant(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                    .addDims(1)
                    .addInt32Data(0x3c00)
                    .build())
            .node("Add", "x w", "y")
            .output("y")
            .bind();
    Tensor y = Interpreter.run(graph, Map.of("x", Tensor.ofFloats(new float[] {1, 2}, 2))).get("y");
    assertThat(y.floats()).containsExactly(2, 3);
  }
}
