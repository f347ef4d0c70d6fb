package dev.strongroom.bench.engine;

import com.google.protobuf.ByteString;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
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
import java.util.List;

/**
 * Writes a graph as a model in the ONNX format (operator set 13), node by node, so that another
 * engine can run it. It knows the operators that Darknet's classifiers become.
 */
final class OnnxWriter {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 13;

  private final GraphProto.Builder file = GraphProto.newBuilder();
  private final Graph graph;

  private OnnxWriter(Graph graph) {
    this.graph = graph;
  }

  /**
   * The bytes of a model file.
   *
   * @throws IllegalArgumentException if the graph holds an operator or a type that is not known
   *     here
   */
  static byte[] write(Graph graph) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("strongroom bench")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
        .setGraph(new OnnxWriter(graph).graph())
        .build()
        .toByteArray();
  }

  private GraphProto graph() {
    file.setName(graph.name());
    graph.inputs().forEach(name -> file.addInput(value(name)));
    graph.outputs().forEach(name -> file.addOutput(value(name)));
    graph.constants().forEach(this::constant);
    graph.nodes().forEach(this::node);
    return file.build();
  }

  private void constant(String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(number(tensor.dataType()))
            .setRawData(ByteString.copyFrom(tensor.data()));
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    file.addInitializer(proto);
  }

  private void node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .addAllInput(node.inputs())
            .addOutput(node.output());
    switch (node.op()) {
      case Op.Conv conv ->
          proto
              .setOpType("Conv")
              .addAttribute(integers("strides", conv.strides()))
              .addAttribute(integers("pads", conv.pads()))
              .addAttribute(integers("dilations", conv.dilations()))
              .addAttribute(integer("group", conv.groups()));
      case Op.BatchNorm norm ->
          proto.setOpType("BatchNormalization").addAttribute(real("epsilon", norm.epsilon()));
      case Op.Unary(Op.Unary.Function function, double alpha, _) when isRectifier(function) -> {
        if (function == Op.Unary.Function.RELU) {
          proto.setOpType("Relu");
        } else {
          proto.setOpType("LeakyRelu").addAttribute(real("alpha", (float) alpha));
        }
      }
      case Op.Binary(Op.Binary.Kind kind) when kind == Op.Binary.Kind.ADD -> proto.setOpType("Add");
      case Op.Pool pool when pool.kind() == Op.Pool.Kind.MAX ->
          proto
              .setOpType("MaxPool")
              .addAttribute(integers("kernel_shape", pool.kernel()))
              .addAttribute(integers("strides", pool.strides()))
              .addAttribute(integers("pads", pool.pads()))
              .addAttribute(integers("dilations", pool.dilations()));
      case Op.Reduce reduce when reduce.kind() == Op.Reduce.Kind.MEAN ->
          proto
              .setOpType("ReduceMean")
              .addAttribute(integers("axes", reduce.axes()))
              .addAttribute(integer("keepdims", reduce.keepDims() ? 1 : 0));
      case Op.Concat concat ->
          proto.setOpType("Concat").addAttribute(integer("axis", concat.axis()));
      case Op.Softmax softmax ->
          proto.setOpType("Softmax").addAttribute(integer("axis", softmax.axis()));
      case Op.Reshape _ -> {
        String shape = node.name() + "/shape";
        constant(shape, longs(graph.type(node.output()).shape()));
        proto.setOpType("Reshape").addInput(shape);
      }
      default ->
          throw new IllegalArgumentException(
              "node %s: %s is not known to this writer".formatted(node.name(), node.op()));
    }
    file.addNode(proto);
  }

  private static boolean isRectifier(Op.Unary.Function function) {
    return function == Op.Unary.Function.RELU || function == Op.Unary.Function.LEAKY_RELU;
  }

  private static Tensor longs(Shape shape) {
    long[] values = new long[shape.rank()];
    for (int i = 0; i < values.length; i++) {
      values[i] = shape.dim(i);
    }
    return Tensor.ofLongs(values, values.length);
  }

  private ValueInfoProto value(String name) {
    TensorType type = graph.type(name);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : type.shape().dims()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(number(type.dataType()))
                        .setShape(shape)))
        .build();
  }

  private static int number(DataType type) {
    return switch (type) {
      case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      default -> throw new IllegalArgumentException(type + " is not known to this writer");
    };
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private static AttributeProto integers(String name, List<Integer> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values.stream().map(Integer::longValue).toList())
        .build();
  }
}
