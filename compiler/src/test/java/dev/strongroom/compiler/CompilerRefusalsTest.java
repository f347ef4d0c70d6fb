package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.program.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompilerRefusalsTest {
  @Test
  void aFunctionWhoseParameterIsNotFiniteIsRefusedInOneSentence() {
    GraphBuilder b = new GraphBuilder(1);
    Graph graph = b.build(b.unary(Function.LEAKY_RELU, Float.NaN, 0, b.input("x", 1, 4)));
    assertThatThrownBy(() -> Compiler.compile(graph, CompileOptions.unlimited()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("not finite")
        .hasMessageContaining("NaN");
  }

  @Test
  void constantsThatOverflowTogetherAreRefusedInOneSentence() {
    GraphBuilder b = new GraphBuilder(1);
    String x = b.input("x", 1, 4);
    String once = b.binary(Op.Binary.Kind.MUL, b.unary(Function.TANH, x), b.scalar(1e30f));
    Graph graph = b.build(b.binary(Op.Binary.Kind.MUL, once, b.scalar(1e30f)));
    assertThatThrownBy(() -> Compiler.compile(graph, CompileOptions.unlimited()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("not finite");
  }

  /** Each row of the table in a block of its own would take 33,000 steps. */
  @Test
  void cutsThatMakeTooLongAProgramAreLeftOut() throws Exception {
    Graph graph = new EmbeddingNetworks(1).network(16_500, 2_100, 4, DataType.INT32);
    Compilation smallest = Compiler.compileSmallest(graph, CompileOptions.unlimited());
    assertThat(smallest.certificate().steps()).isLessThan(Program.MAX_STEPS);
    assertThat(smallest.certificate().window()).isLessThan(1 << 20);
  }

  @Test
  void whatNoProgramHoldsIsRefusedInOneSentence() {
    GraphBuilder b = new GraphBuilder(1);
    int width = 70_000;
    Op.Pool pool =
        new Op.Pool(
            Op.Pool.Kind.MAX,
            List.of(1, width),
            List.of(1, 1),
            List.of(0, 0, 0, 0),
            List.of(1, 1),
            false);
    assertRefused(
        b.build(b.node(pool, new int[] {1, 1, 1, 1}, b.input("x", 1, 1, 1, width))),
        "exceeds what a Program can hold: kernel width does not fit its field: 70000");
  }

  @Test
  void tensorsOfSizesThatNoStepKnowsAreRefusedByName() {
    GraphBuilder b = new GraphBuilder(1);
    String huge = b.unary(Function.RELU, b.input("x", 1 << 16, 1 << 16));
    String empty = b.unary(Function.RELU, b.input("y", 1, 0));
    assertRefused(
        b.build(huge, empty),
        "x is 65536×65536; tensors have 1 to 2,147,483,647 elements",
        "y is 1×0");
    GraphBuilder large = new GraphBuilder(1);
    assertRefused(
        large.build(large.unary(Function.RELU, large.input("x", 1 << 10, 1 << 20))),
        "exceeds what a Program can hold: x takes 2 GiB or more");
  }

  @Test
  void viewsOfTooManyDimensionsAreRefusedInOneSentence() {
    GraphBuilder b = new GraphBuilder(1);
    assertRefused(
        b.build(b.unary(Function.RELU, b.input("x", 1, 2, 1, 2, 1, 2, 2))),
        "exceeds what a Program can hold",
        "has 7 dimensions, views at most 6");
  }

  @Test
  void anEpsilonThatIsNoNumberIsRefusedInOneSentence() {
    GraphBuilder b = new GraphBuilder(1);
    String norm =
        b.node(
            new Op.LayerNorm(1, Float.NaN),
            new int[] {1, 4},
            b.input("x", 1, 4),
            b.constant(0, 1, 4));
    assertRefused(b.build(norm), "epsilon must be finite and not negative: NaN");
  }

  private static void assertRefused(Graph graph, String... sentences) {
    assertThatThrownBy(() -> Compiler.compile(graph, CompileOptions.unlimited()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll(sentences);
  }

  /** Whoever catches {@link UnsupportedModelException} must not take a defect for a refusal. */
  @Test
  void whateverElseGoesWrongIsNoRefusal() {
    GraphBuilder b = new GraphBuilder(1);
    Graph graph = b.build(b.unary(Function.RELU, b.input("x", 1, 4)));
    for (RuntimeException defect :
        List.of(new IllegalArgumentException("defect"), new ArithmeticException("defect"))) {
      CompileOptions options =
          CompileOptions.unlimited()
              .withProgress(
                  (task, done, total) -> {
                    throw defect;
                  });
      assertThatThrownBy(() -> Compiler.compile(graph, options)).isSameAs(defect);
    }
  }
}
