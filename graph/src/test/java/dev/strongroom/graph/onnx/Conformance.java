package dev.strongroom.graph.onnx;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.ElementTypes;
import dev.strongroom.graph.onnx.importer.ExternalData;
import dev.strongroom.graph.onnx.importer.Integers;
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
import java.util.Arrays;
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
    FOLD,
    /**
     * As FIRST; inputs and outputs of 8-bit integers are floats of the same values, quantised and
     * dequantised with a scale of 1, and other integer outputs are cast.
     */
    FLOAT
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
      if (mode == Mode.FLOAT && i == 0) {
        String name = inputs.get(i).getName();
        Tensor numbers = numbers(value.constant());
        graph.addInput(
            ModelBuilder.value(name + "_float", TensorProto.DataType.FLOAT, boxed(numbers)));
        given.put(name + "_float", numbers);
        quantize(graph, name + "_float", name, value.constant().dataType());
      } else if (mode == Mode.RUN || (mode == Mode.FIRST && i == 0)) {
        graph.addInput(inputs.get(i));
        given.put(inputs.get(i).getName(), value.constant());
      } else {
        graph.addInitializer(value.proto().toBuilder().setName(inputs.get(i).getName()));
      }
    }
    if (mode == Mode.FLOAT) {
      floatOutputs(graph);
    }
    Graph bound = ModelBuilder.read(model.build().toByteArray()).bind(Map.of());
    return Interpreter.run(bound, given);
  }

  private static void quantize(GraphProto.Builder graph, String from, String to, DataType type) {
    if (type == DataType.FLOAT32) {
      graph.addNode(ModelBuilder.proto("Identity", from, to));
      return;
    }
    graph.addInitializer(ModelBuilder.proto(Tensor.ofFloats(new float[] {1})).setName(to + "_one"));
    graph.addInitializer(
        ModelBuilder.proto(Integers.tensor(type, Shape.of(), 0)).setName(to + "_zero"));
    graph.addNode(
        ModelBuilder.proto("QuantizeLinear", "%s %s_one %s_zero".formatted(from, to, to), to));
  }

  private static void floatOutputs(GraphProto.Builder graph) {
    for (int i = 0; i < graph.getOutputCount(); i++) {
      String name = graph.getOutput(i).getName();
      int type = graph.getOutput(i).getType().getTensorType().getElemType();
      if (type == TensorProto.DataType.INT32_VALUE) {
        graph.addNode(ModelBuilder.proto("Cast", name, name + "_float", "to", 1));
      } else if (type == TensorProto.DataType.FLOAT_VALUE) {
        graph.addNode(ModelBuilder.proto("Identity", name, name + "_float"));
      } else {
        DataType element = ElementTypes.of(type).orElseThrow();
        graph.addInitializer(
            ModelBuilder.proto(Tensor.ofFloats(new float[] {1})).setName(name + "_one"));
        graph.addInitializer(
            ModelBuilder.proto(Integers.tensor(element, Shape.of(), 0)).setName(name + "_zero"));
        graph.addNode(
            ModelBuilder.proto(
                "DequantizeLinear",
                "%s %s_one %s_zero".formatted(name, name, name),
                name + "_float"));
      }
      graph.setOutput(i, ModelBuilder.value(name + "_float", TensorProto.DataType.FLOAT));
    }
  }

  private static Object[] boxed(Tensor tensor) {
    return Arrays.stream(tensor.shape().dims()).boxed().toArray();
  }

  /** The same values as FLOAT32. */
  static Tensor numbers(Tensor tensor) {
    if (tensor.dataType() == DataType.FLOAT32) {
      return tensor;
    }
    long[] integers = Integers.of(tensor);
    float[] values = new float[integers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers[i];
    }
    return Tensor.ofFloats(values, tensor.shape().dims());
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
