package dev.strongroom.cli;

import dev.strongroom.cli.demo.LineReader;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.program.CompiledModel;
import java.nio.file.Path;
import java.util.Map;

/**
 * The demonstration's recogniser, compiled.
 *
 * @param alphabet the characters that it knows, one a line
 * @param macs multiply-accumulates of one inference
 * @param smallestBudget the least secure memory with which it compiles, in bytes
 */
record DemoModel(CompiledModel compiled, String alphabet, long macs, long smallestBudget) {
  private static final String FILE = "ch_PP-OCRv4_rec_infer.onnx";

  /** The model as its makers saved it. */
  static Path file() throws RequestException {
    return Distribution.model(FILE);
  }

  /** Compiles it for lines of {@code width} pixels. */
  static DemoModel compile(int width, Size secureMemory) throws Exception {
    OnnxModel model = OnnxModel.read(file());
    String alphabet = model.metadata().get("character");
    if (alphabet == null) {
      throw new RequestException(FILE + " does not say which characters it knows");
    }
    Shape shape = Shape.of(1, 3, LineReader.HEIGHT, width);
    Compilation compilation =
        Compiler.compile(
            model.bind(Map.of(model.inputs().getFirst().name(), shape)),
            CompileOptions.forBudget(secureMemory.bytes()));
    return new DemoModel(
        ModelFile.compiled(compilation),
        alphabet,
        compilation.certificate().macs(),
        compilation.certificate().smallestBudget());
  }
}
