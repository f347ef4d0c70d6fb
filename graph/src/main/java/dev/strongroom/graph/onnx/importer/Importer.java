package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.UnsupportedNode;
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
import java.util.stream.Collectors;
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
    boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    String opType = standard ? node.getOpType() : node.getDomain() + "." + node.getOpType();
    String reason = "";
    if (!standard) {
      reason = "operators outside ONNX's own set are not supported";
    } else if (Attributes.holdGraph(node)) {
      reason = "operators with a graph inside are not supported";
    } else if (!operators.containsKey(node.getOpType())) {
      reason = "this operator is not supported";
    }
    return reason.isEmpty()
        ? Optional.empty()
        : Optional.of(new UnsupportedNode(NodeOrder.label(node), opType, reason));
  }

  /**
   * The graph for inputs of these types.
   *
   * @param inputs the type of each of the model's inputs, in the model's order
   * @throws InvalidModelException if the model is inconsistent, or holds what is not supported: the
   *     message then lists every such node
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
      throw new InvalidModelException(
          "%d %s not supported: %s"
              .formatted(
                  unsupported.size(),
                  unsupported.size() == 1 ? "node is" : "nodes are",
                  unsupported.stream()
                      .map(UnsupportedNode::toString)
                      .collect(Collectors.joining("; "))));
    }
    try {
      return GraphAssembly.assemble(
          graph.getName(), translation.emissions(), values, List.copyOf(inputs.keySet()), outputs);
    } catch (RejectedException e) {
      throw new InvalidModelException(String.valueOf(e.getMessage()), e);
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
      OperatorTranslator translator = operators.get(node.getOpType());
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
    unsupported.add(new UnsupportedNode(NodeOrder.label(node), node.getOpType(), reason));
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
