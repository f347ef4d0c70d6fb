package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
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
}
