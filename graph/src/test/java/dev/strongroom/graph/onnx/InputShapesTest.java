package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.proto.TensorProto;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputShapesTest {
  private static ModelBuilder adding(Object[] a, Object... b) {
    return ModelBuilder.opset(13).input("a", a).input("b", b).node("Add", "a b", "y").output("y");
  }

  private static Object[] dims(Object... dims) {
    return dims;
  }

  @Test
  void aModelSaysWhatItsInputsAre() throws Exception {
    OnnxModel model = adding(dims("batch", 3, "?"), "batch", 3, -1).model();
    assertThat(model.inputs()).hasToString("[a [batch, 3, ?], b [batch, 3, ?]]");
    assertThat(model.inputs().getFirst().dims())
        .containsExactly(
            new Dimension.Symbolic("batch"), new Dimension.Fixed(3), new Dimension.Unknown());
  }

  @Test
  void anOpenFirstDimensionIsOneUnlessGiven() throws Exception {
    OnnxModel model = adding(dims("batch", 3), "?", 3).model();
    assertThat(model.bind(Map.of()).type("y")).isEqualTo(TensorType.float32(1, 3));
    Map<String, Shape> shapes = Map.of("a", Shape.of(5, 3));
    assertThat(model.bind(shapes).type("y")).isEqualTo(TensorType.float32(5, 3));
  }

  @Test
  void aSymbolicNameHasOneSizeThroughout() throws Exception {
    OnnxModel model = adding(dims("n", "length"), "n", "length").model();
    Graph graph = model.bind(Map.of("b", Shape.of(2, 7)));
    assertThat(graph.type("a")).isEqualTo(TensorType.float32(2, 7));
    assertThatThrownBy(() -> model.bind(Map.of("a", Shape.of(2, 6), "b", Shape.of(2, 7))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("dimension length is 6 in input \"a\" and 7 in input \"b\"");
  }

  @Test
  void everyOpenDimensionIsNamedWithAnExample() {
    assertThatThrownBy(() -> adding(dims("?", 3, "?", "?"), 1).model().bind(Map.of()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "model.onnx: it leaves dimensions of its inputs open: a [?, 3, ?, ?], b [1]; state them,"
                + " for example --shape a=1,3,320,320 --shape b=1");
  }

  @Test
  void aShapeThatContradictsTheDeclarationIsRefused() throws Exception {
    OnnxModel model = adding(dims("n", 3), 3).model();
    assertThatThrownBy(() -> model.bind(Map.of("a", Shape.of(1, 4))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage("model.onnx: shape 1×4 does not fit input a [n, 3]");
    assertThatThrownBy(() -> model.bind(Map.of("a", Shape.of(1, 3, 1))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("shape 1×3×1 does not fit input a [n, 3]");
    assertThatThrownBy(() -> model.bind(Map.of("a", Shape.of(0, 3))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("shape 0×3 of input \"a\" has no elements");
    assertThatThrownBy(() -> model.bind(Map.of("c", Shape.of(1, 3))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("there is no input \"c\"; the inputs are a [n, 3], b [3]");
  }

  @Test
  void anInputWithAConstantForItIsNone() throws Exception {
    OnnxModel model = adding(dims(3), 3).constant("b", Tensor.ofFloats(new float[3], 3)).model();
    assertThat(model.inputs()).extracting(OnnxValue::name).containsExactly("a");
  }

  @Test
  void anInputOfATypeThatIsNotSupportedIsRefused() {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .input("words", TensorProto.DataType.STRING, 3)
                    .node("Identity", "words", "y")
                    .output("y")
                    .model())
        .isInstanceOf(InvalidModelException.class)
        .hasMessage("model.onnx: input \"words\" is of type STRING, which is not supported");
  }
}
