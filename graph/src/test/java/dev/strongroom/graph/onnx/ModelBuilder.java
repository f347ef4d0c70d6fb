package dev.strongroom.graph.onnx;

import com.google.protobuf.ByteString;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.proto.AttributeProto;
import dev.strongroom.graph.onnx.proto.AttributeProto.AttributeType;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.ModelProto;
import dev.strongroom.graph.onnx.proto.NodeProto;
import dev.strongroom.graph.onnx.proto.OperatorSetIdProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.TensorShapeProto;
import dev.strongroom.graph.onnx.proto.TypeProto;
import dev.strongroom.graph.onnx.proto.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes small ONNX models. */
final class ModelBuilder {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final int opset;

  private ModelBuilder(int opset) {
    this.opset = opset;
  }

  static ModelBuilder opset(int opset) {
    return new ModelBuilder(opset);
  }

  /** A float input; a dimension is an Integer, or a String for a symbolic one. */
  ModelBuilder input(String name, Object... dims) {
    return input(name, TensorProto.DataType.FLOAT, dims);
  }

  ModelBuilder input(String name, TensorProto.DataType type, Object... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  ModelBuilder output(String... names) {
    for (String name : names) {
      graph.addOutput(
          ValueInfoProto.newBuilder()
              .setName(name)
              .setType(
                  TypeProto.newBuilder()
                      .setTensorType(
                          TypeProto.Tensor.newBuilder()
                              .setElemType(TensorProto.DataType.FLOAT_VALUE))));
    }
    return this;
  }

  static ValueInfoProto value(String name, TensorProto.DataType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object d : dims) {
      shape.addDim(
          d instanceof Integer size
              ? TensorShapeProto.Dimension.newBuilder().setDimValue(size)
              : TensorShapeProto.Dimension.newBuilder().setDimParam((String) d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  ModelBuilder constant(String name, Tensor tensor) {
    return constant(proto(tensor).setName(name).build());
  }

  ModelBuilder constant(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  ModelBuilder longs(String name, long... values) {
    return constant(name, Tensor.ofLongs(values, values.length));
  }

  /**
   * A node that reads {@code inputs} (separated by spaces) and has the attributes given in pairs.
   */
  ModelBuilder node(String opType, String inputs, String outputs, Object... attributes) {
    return node(proto(opType, inputs, outputs, attributes).build());
  }

  /** A node of ONNX Runtime's own domain. */
  ModelBuilder microsoft(String opType, String inputs, String outputs, Object... attributes) {
    return node(proto(opType, inputs, outputs, attributes).setDomain("com.microsoft").build());
  }

  ModelBuilder node(NodeProto node) {
    graph.addNode(node);
    return this;
  }

  /** A "-" among the inputs is an absent one. */
  static NodeProto.Builder proto(
      String opType, String inputs, String outputs, Object... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(opType).setName(opType + "_of_test");
    for (String i : inputs.isEmpty() ? new String[0] : inputs.split(" ")) {
      node.addInput(i.equals("-") ? "" : i);
    }
    node.addAllOutput(List.of(outputs.split(" ")));
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    return node;
  }

  static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Integer i -> a.setType(AttributeType.INT).setI(i);
      case Float f -> a.setType(AttributeType.FLOAT).setF(f);
      case String s -> a.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
      case Tensor t -> a.setType(AttributeType.TENSOR).setT(proto(t));
      case TensorProto t -> a.setType(AttributeType.TENSOR).setT(t);
      case GraphProto g -> a.setType(AttributeType.GRAPH).setG(g);
      case int[] is -> {
        a.setType(AttributeType.INTS);
        for (int i : is) {
          a.addInts(i);
        }
      }
      case float[] fs -> {
        a.setType(AttributeType.FLOATS);
        for (float f : fs) {
          a.addFloats(f);
        }
      }
      default -> throw new IllegalArgumentException("attribute " + value);
    }
    return a.build();
  }

  /** Raw data of the tensor's own type. */
  static TensorProto.Builder proto(Tensor tensor) {
    TensorProto.DataType type =
        switch (tensor.dataType()) {
          case FLOAT32 -> TensorProto.DataType.FLOAT;
          case INT64 -> TensorProto.DataType.INT64;
          case INT32 -> TensorProto.DataType.INT32;
          case INT8 -> TensorProto.DataType.INT8;
          case UINT8 -> TensorProto.DataType.UINT8;
          case BOOL -> TensorProto.DataType.BOOL;
          case FLOAT16 -> TensorProto.DataType.FLOAT16;
          case FLOAT64 -> TensorProto.DataType.DOUBLE;
        };
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(type.getNumber());
    for (int d : tensor.shape().dims()) {
      proto.addDims(d);
    }
    return proto.setRawData(ByteString.copyFrom(tensor.data()));
  }

  ModelProto build() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(graph)
        .build();
  }

  OnnxModel model() throws InvalidModelException {
    return read(build().toByteArray());
  }

  static OnnxModel read(byte[] bytes) throws InvalidModelException {
    return OnnxModel.of("model.onnx", bytes);
  }

  Graph bind() throws InvalidModelException {
    return model().bind(Map.of());
  }

  Graph bind(String input, int... dims) throws InvalidModelException {
    return model().bind(Map.of(input, Shape.of(dims)));
  }

  /** The first output for these inputs, bound to their shapes. */
  Tensor run(Map<String, Tensor> inputs) throws InvalidModelException {
    Map<String, Shape> shapes = new HashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return Interpreter.run(model().bind(shapes), inputs).values().iterator().next();
  }

  Tensor run(String input, Tensor value) throws InvalidModelException {
    return run(Map.of(input, value));
  }
}
