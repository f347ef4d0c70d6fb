package dev.strongroom.graph.onnx;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.ExternalData;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.TensorReader;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.ModelProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of ONNX's own backend tests: a model, inputs, and the outputs that must come out. */
record Conformance(Path directory) {

  /** What of a test's inputs is given at run time; the rest becomes part of the model. */
  enum Mode {
    /** All: as the test is written. */
    RUN,
    /** The first; shapes, axes, limits and weights are constants, as in exported models. */
    FIRST,
    /** None: the importer computes everything. */
    FOLD
  }

  /** The expected outputs by name. */
  Map<String, Tensor> expected() throws IOException, RejectedException {
    Map<String, Tensor> outputs = new HashMap<>();
    List<ValueInfoProto> declared = model().getGraph().getOutputList();
    for (int i = 0; i < declared.size(); i++) {
      outputs.put(declared.get(i).getName(), tensor("output_" + i).constant());
    }
    return outputs;
  }

  /** What the interpreter makes of the imported model. */
  Map<String, Tensor> run(Mode mode) throws IOException, InvalidModelException, RejectedException {
    ModelProto.Builder model = model().toBuilder();
    // Those converted from PyTorch are of operator set 6. For the operators of the enabled ones
    // nothing but the number changed in 7.
    if (model.getOpsetImport(0).getVersion() == 6) {
      model.getOpsetImportBuilder(0).setVersion(7);
    }
    GraphProto.Builder graph = model.getGraphBuilder();
    List<ValueInfoProto> inputs = new ArrayList<>(graph.getInputList());
    graph.clearInput();
    Map<String, Tensor> given = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (!Files.exists(file("input_" + i))) {
        graph.addInput(inputs.get(i)); // The model has a default for it.
        continue;
      }
      NamedTensor value = tensor("input_" + i);
      if (mode == Mode.RUN || (mode == Mode.FIRST && i == 0)) {
        graph.addInput(inputs.get(i));
        given.put(inputs.get(i).getName(), value.constant());
      } else {
        graph.addInitializer(value.proto().toBuilder().setName(inputs.get(i).getName()));
      }
    }
    Graph bound = ModelBuilder.read(model.build().toByteArray()).bind(Map.of());
    return Interpreter.run(bound, given);
  }

  private record NamedTensor(TensorProto proto, Tensor constant) {}

  private ModelProto model() throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(directory.resolve("model.onnx")));
  }

  private Path file(String name) {
    return directory.resolve("test_data_set_0").resolve(name + ".pb");
  }

  private NamedTensor tensor(String name) throws IOException, RejectedException {
    TensorProto proto = TensorProto.parseFrom(Files.readAllBytes(file(name)));
    return new NamedTensor(proto, new TensorReader(ExternalData.in(directory)).read(proto));
  }
}
