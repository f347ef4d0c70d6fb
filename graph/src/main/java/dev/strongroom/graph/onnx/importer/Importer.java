package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.UnsupportedNode;
import dev.strongroom.graph.onnx.UnsupportedNodesException;
import dev.strongroom.graph.onnx.proto.GraphProto;
import dev.strongroom.graph.onnx.proto.NodeProto;
import dev.strongroom.graph.onnx.proto.TensorProto;
import dev.strongroom.graph.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks once through a model's nodes and lets each one's translator emit operators. */
public final class Importer {
  private final Map<String, OperatorTranslator> operators;
  private final GraphProto graph;
  private final int opset;
  private final TensorReader tensors;
  private final Translation translation;
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Set<String> readValues = new HashSet<>();
  private final List<UnsupportedNode> unsupported = new ArrayList<>();

  /**
   * @param operators translators by operator type
   */
  public Importer(
      Map<String, OperatorTranslator> operators,
      GraphProto graph,
      int opset,
      TensorReader tensors) {
    this.operators = operators;
    this.graph = graph;
    this.opset = opset;
    this.tensors = tensors;
    this.translation = new Translation();
    for (TensorProto t : graph.getInitializerList()) {
      initializers.put(t.getName(), t);
    }
  }

  /** The reason why a node's operator is not supported, whatever its inputs; empty if it may be. */
  public static Optional<UnsupportedNode> unsupported(
      NodeProto node, Map<String, OperatorTranslator> operators) {
    String opType = opType(node);
    String reason = "";
    if (Attributes.holdGraph(node)) {
      reason = "operators with a graph inside are not supported";
    } else if (!operators.containsKey(opType)) {
      boolean known = opType.equals(node.getOpType()) || node.getDomain().equals("com.microsoft");
      reason =
          known
              ? "this operator is not supported"
              : "operators outside ONNX's own set are not supported";
    }
    return reason.isEmpty()
        ? Optional.empty()
        : Optional.of(new UnsupportedNode(NodeOrder.label(node), opType, reason));
  }

  /** An operator's name, its domain ahead of it where that is not ONNX's own. */
  private static String opType(NodeProto node) {
    boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    return standard ? node.getOpType() : node.getDomain() + "." + node.getOpType();
  }

  /**
   * The graph for inputs of these types.
   *
   * @param inputs the type of each of the model's inputs, in the model's order
   * @throws UnsupportedNodesException if it holds what is not supported; lists every such node
   * @throws InvalidModelException if it is inconsistent
   */
  public Graph run(SequencedMap<String, TensorType> inputs) throws InvalidModelException {
    List<NodeProto> nodes = NodeOrder.of(graph);
    for (NodeProto node : nodes) {
      readValues.addAll(node.getInputList());
    }
    List<String> outputs = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
    readValues.addAll(outputs);
    inputs.forEach((name, type) -> values.put(name, Value.computed(type)));
    for (String output : outputs) {
      value(output);
    }
    for (NodeProto node : nodes) {
      translate(node);
    }
    if (!unsupported.isEmpty()) {
      throw new UnsupportedNodesException(unsupported);
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      requireFloat(output);
    }
    try {
      return GraphAssembly.assemble(
          graph.getName(), translation.emissions(), values, List.copyOf(inputs.keySet()), outputs);
    } catch (RejectedException e) {
      throw new InvalidModelException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What is computed at run time is FLOAT32; integers inside stand for such numbers. */
  private void requireFloat(ValueInfoProto output) throws InvalidModelException {
    Value value = values.get(output.getName());
    if (value == null || value.constant().isPresent()) {
      return;
    }
    int declared = output.getType().getTensorType().getElemType();
    boolean integer =
        value.dataType() == DataType.INT8
            || value.dataType() == DataType.BOOL
            || ElementTypes.of(declared).filter(Integers::isInteger).isPresent();
    if (integer) {
      throw new InvalidModelException(
          ("output \"%s\" is of integers computed at run time, where only float32 is supported; end"
                  + " the model with DequantizeLinear or a Cast to float")
              .formatted(output.getName()));
    }
  }

  private void translate(NodeProto node) throws InvalidModelException {
    Optional<UnsupportedNode> reason = unsupported(node, operators);
    if (reason.isPresent()) {
      unsupported.add(reason.get());
      return;
    }
    List<@Nullable Value> inputs = new ArrayList<>();
    for (String name : node.getInputList()) {
      Value value = name.isEmpty() ? null : value(name);
      if (value == null && !name.isEmpty()) {
        return; // Reads what an unsupported node would have made: nothing to be said of it.
      }
      inputs.add(value);
    }
    OnnxNode context = new OnnxNode(node, opset, inputs, translation, tensors, readValues);
    try {
      OperatorTranslator translator = operators.get(opType(node));
      if (translator != null) {
        translator.translate(context);
      }
      values.putAll(context.defined());
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (context.outputUsed(i) && !context.defined().containsKey(node.getOutput(i))) {
          reject(node, "its output \"%s\" is not supported".formatted(node.getOutput(i)));
        }
      }
    } catch (RejectedException e) {
      reject(node, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      // A file is not to be trusted: what slipped through the checks is still the file's fault.
      reject(node, "it is not consistent: " + e.getMessage());
    }
  }

  private void reject(NodeProto node, String reason) {
    unsupported.add(new UnsupportedNode(NodeOrder.label(node), opType(node), reason));
  }

  /** The value of this name, or null where the node that defines it is not supported. */
  private @Nullable Value value(String name) throws InvalidModelException {
    Value value = values.get(name);
    TensorProto initializer = initializers.get(name);
    if (value == null && initializer != null) {
      try {
        value = translation.given(tensors.read(initializer));
      } catch (RejectedException e) {
        throw new InvalidModelException(
            "constant \"%s\" cannot be read: %s".formatted(name, e.getMessage()), e);
      }
      values.put(name, value);
    }
    return value;
  }
}
