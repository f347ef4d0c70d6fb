package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that was written as an ONNX file is the same network to whoever reads it. */
class OnnxWriterTest {
  @TempDir private Path directory;

  @Test
  void whatIsWrittenComputesTheSameBitsWhenItIsReadBack() throws Exception {
    Graph graph = SmallNetwork.graph();
    Path file = Files.write(directory.resolve("small.onnx"), OnnxWriter.write(graph));
    Graph read = OnnxModel.read(file).bind(Map.of());
    assertThat(read.inputs()).isEqualTo(graph.inputs());
    assertThat(read.outputs()).isEqualTo(graph.outputs());
    Map<String, Tensor> inputs = inputs(graph);
    assertThat(floats(Interpreter.run(read, inputs)))
        .usingRecursiveComparison()
        .isEqualTo(floats(Interpreter.run(graph, inputs)));
  }

  @Test
  void onnxRuntimeAnswersWhatTheInterpreterAnswers() throws Exception {
    Graph graph = SmallNetwork.graph();
    Map<String, Tensor> inputs = inputs(graph);
    try (OnnxRuntime theirs = new OnnxRuntime(OnnxWriter.write(graph), inputs, 1)) {
      Agreement.require(
          "the interpreter", floats(Interpreter.run(graph, inputs)), theirs.outputs());
    }
  }

  @Test
  void anUnknownOperatorIsRefusedWithItsNode() {
    Graph graph =
        new Graph(
            "odd",
            List.of("x"),
            List.of("y"),
            List.of(new Node("bend", Op.Unary.of(Op.Unary.Function.TANH), List.of("x"), "y")),
            Map.of(),
            Map.of("x", TensorType.float32(2), "y", TensorType.float32(2)));
    assertThatThrownBy(() -> OnnxWriter.write(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node bend")
        .hasMessageContaining("TANH");
  }

  private static Map<String, Tensor> inputs(Graph graph) throws Exception {
    return ModelInputs.of(Compiler.compile(graph, CompileOptions.unlimited()).program());
  }

  private static Map<String, float[]> floats(Map<String, Tensor> tensors) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> floats.put(name, tensor.floats()));
    return floats;
  }
}
