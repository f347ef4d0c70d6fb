package dev.strongroom.graph;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a model computes: nodes in an order of execution, constants, and the type of every value.
 * Static: every shape is known. Immutable; a pass makes a new one.
 *
 * @param name for messages
 * @param inputs names of the values that a caller gives
 * @param outputs names of the values that a caller gets; each is an input, a constant or a node's
 *     output
 * @param nodes each after the nodes whose outputs it reads
 * @param constants values that are known
 * @param types the type of every value
 */
public record Graph(
    String name,
    List<String> inputs,
    List<String> outputs,
    List<Node> nodes,
    Map<String, Tensor> constants,
    Map<String, TensorType> types) {

  /**
   * @throws IllegalArgumentException if a node reads what nothing before it defines, if a value is
   *     defined twice or has no type, or if an output is not defined
   */
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    constants = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    types = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(types));
    Set<String> defined = new LinkedHashSet<>(inputs);
    if (defined.size() != inputs.size()) {
      throw new IllegalArgumentException("an input occurs twice: " + inputs);
    }
    for (String constant : constants.keySet()) {
      if (!defined.add(constant)) {
        throw new IllegalArgumentException("input " + constant + " is also a constant");
      }
    }
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!defined.contains(input)) {
          throw new IllegalArgumentException(
              "node %s reads %s, which nothing before it defines".formatted(node.name(), input));
        }
      }
      if (!defined.add(node.output())) {
        throw new IllegalArgumentException(
            "node %s defines %s a second time".formatted(node.name(), node.output()));
      }
    }
    for (String value : defined) {
      if (!types.containsKey(value)) {
        throw new IllegalArgumentException("value " + value + " has no type");
      }
    }
    if (!defined.containsAll(outputs)) {
      throw new IllegalArgumentException("an output is not defined: " + outputs);
    }
  }

  /** The type of {@code value}. */
  public TensorType type(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalArgumentException("graph %s has no value %s".formatted(name, value));
    }
    return type;
  }

  /** Number of elements in all constants that some node reads. */
  public long parameters() {
    Set<String> read = new LinkedHashSet<>();
    nodes.forEach(n -> read.addAll(n.inputs()));
    return constants.entrySet().stream()
        .filter(e -> read.contains(e.getKey()))
        .mapToLong(e -> e.getValue().shape().elements())
        .sum();
  }
}
