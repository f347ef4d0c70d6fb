package dev.strongroom.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shape inference, the interpreter and the count of multiplications on graphs made by hand. */
class ReferenceTest {
  private static final List<Integer> ONES = List.of(1, 1);
  private static final List<Integer> NO_PADS = List.of(0, 0, 0, 0);

  @Test
  void theErrorFunctionIsExactInDoublePrecision() {
    // Abramowitz and Stegun, table 7.1.
    assertThat(ReferenceElementwise.erf(0.5)).isCloseTo(0.5204998778, within(1e-10));
    assertThat(ReferenceElementwise.erf(-1)).isCloseTo(-0.8427007929, within(1e-10));
    assertThat(ReferenceElementwise.erf(2)).isCloseTo(0.9953222650, within(1e-10));
    assertThat(ReferenceElementwise.erf(5.9)).isEqualTo(1, within(1e-15));
    assertThat(ReferenceElementwise.erf(7)).isEqualTo(1);
    assertThat(ReferenceElementwise.erf(0)).isZero();
    assertThat(ReferenceElementwise.erf(Double.NaN)).isNaN();
  }

  @Test
  void sumsAreTakenInDoublePrecision() {
    // In float the ones would vanish beside 2^24.
    float[] x = {16_777_216, 1, 1, 1, 1, -16_777_216};
    Tensor sum =
        Interpreter.evaluate(
            new Op.Reduce(Op.Reduce.Kind.SUM, List.of(0), false),
            List.of(Tensor.ofFloats(x, 6)),
            TensorType.float32());
    assertThat(sum.floats()).containsExactly(4);
  }

  @Test
  void softmaxOfLargeValuesDoesNotOverflow() {
    Tensor y =
        Interpreter.evaluate(
            new Op.Softmax(0),
            List.of(Tensor.ofFloats(new float[] {1000, 1000}, 2)),
            TensorType.float32(2));
    assertThat(y.floats()).containsExactly(0.5f, 0.5f);
  }

  @Test
  void windowsThatDoNotFitAreRefusedWithTheirSizes() {
    Op conv = new Op.Conv(ONES, NO_PADS, List.of(4, 4), 1);
    assertThatThrownBy(
            () -> ShapeInference.infer(conv, List.of(Shape.of(1, 1, 8, 8), Shape.of(1, 1, 3, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a window of 9 does not fit the 8 padded elements");
    assertThatThrownBy(
            () -> ShapeInference.infer(conv, List.of(Shape.of(1, 3, 9, 9), Shape.of(1, 1, 3, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weights 1×1×3×3 in 1 groups do not fit the input 1×3×9×9");
  }

  @Test
  void dimensionsBeyondIntAreRefused() {
    assertThatThrownBy(
            () ->
                ShapeInference.infer(new Op.Upsample(List.of(1 << 20)), List.of(Shape.of(1 << 20))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a dimension would be 1099511627776");
  }

  @Test
  void theInterpreterWantsEveryInputOfItsType() {
    Graph graph = reluOf(TensorType.float32(2));
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input x must be float32 2, got none");
    Tensor three = Tensor.ofFloats(new float[3], 3);
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("x", three)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input x must be float32 2, got float32 3");
  }

  private static Graph reluOf(TensorType type) {
    return new Graph(
        "relu",
        List.of("x"),
        List.of("y"),
        List.of(new Node("relu", Op.Unary.of(Op.Unary.Function.RELU), List.of("x"), "y")),
        Map.of(),
        Map.of("x", type, "y", type));
  }

  @Test
  void multiplicationsAreCountedForConvolutionsAndProducts() {
    Map<String, TensorType> types = new LinkedHashMap<>();
    types.put("x", TensorType.float32(1, 4, 6, 6));
    types.put("w", TensorType.float32(8, 2, 3, 3));
    types.put("c", TensorType.float32(1, 8, 4, 4));
    types.put("v", TensorType.float32(8, 5, 2, 2));
    types.put("t", TensorType.float32(1, 5, 8, 8));
    types.put("r", TensorType.float32(1, 5, 8, 8));
    types.put("m", TensorType.float32(1, 5, 8, 8));
    Map<String, Tensor> constants =
        Map.of(
            "w", Tensor.ofFloats(new float[144], 8, 2, 3, 3),
            "v", Tensor.ofFloats(new float[160], 8, 5, 2, 2));
    Op transposed = new Op.ConvTranspose(List.of(2, 2), NO_PADS, ONES, 1);
    List<Node> nodes =
        List.of(
            new Node("conv", new Op.Conv(ONES, NO_PADS, ONES, 2), List.of("x", "w"), "c"),
            new Node("up", transposed, List.of("c", "v"), "t"),
            new Node("relu", Op.Unary.of(Op.Unary.Function.RELU), List.of("t"), "r"),
            new Node("product", new Op.MatMul(), List.of("r", "r"), "m"));
    Graph graph = new Graph("macs", List.of("x"), List.of("m"), nodes, constants, types);
    assertThat(Macs.of(graph, nodes.get(0))).isEqualTo(8 * 4 * 4 * 2 * 3 * 3);
    assertThat(Macs.of(graph, nodes.get(1))).isEqualTo(8 * 4 * 4 * 5 * 2 * 2);
    assertThat(Macs.of(graph, nodes.get(2))).isZero();
    assertThat(Macs.of(graph, nodes.get(3))).isEqualTo(5 * 8 * 8 * 8);
    assertThat(Macs.of(graph)).isEqualTo(2304 + 2560 + 2560);
    assertThat(graph.parameters()).isEqualTo(144 + 160);
  }
}
