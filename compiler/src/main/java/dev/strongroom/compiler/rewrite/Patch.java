package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One labelled change to a graph, applied whole: {@code last}, the node whose output the pattern
 * computes, is replaced by {@code replacement}; whatever only {@code last} needed dies with it.
 *
 * @param last the node that goes
 * @param replacement the nodes that come in its place, in order; the last of them defines {@code
 *     last}'s output
 * @param constants new constants that the replacement reads
 * @param types types of the replacement's inner values
 */
record Patch(
    Node last,
    List<Node> replacement,
    Map<String, Tensor> constants,
    Map<String, TensorType> types) {

  /** {@code last} becomes {@code op} on {@code inputs}, its output keeps its name and type. */
  static Patch replace(Node last, dev.strongroom.graph.Op op, List<String> inputs) {
    return new Patch(
        last, List.of(new Node(last.name(), op, inputs, last.output())), Map.of(), Map.of());
  }

  /** This patch with one more constant. */
  Patch with(String name, Tensor constant) {
    Map<String, Tensor> all = new LinkedHashMap<>(constants);
    all.put(name, constant);
    return new Patch(last, replacement, all, types);
  }

  Graph apply(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.equals(last)) {
        nodes.addAll(replacement);
      } else {
        nodes.add(node);
      }
    }
    Map<String, Tensor> allConstants = new LinkedHashMap<>(graph.constants());
    Map<String, TensorType> allTypes = new LinkedHashMap<>(graph.types());
    allConstants.putAll(constants);
    constants.forEach((name, tensor) -> allTypes.put(name, tensor.type()));
    allTypes.putAll(types);
    return withoutDead(graph, nodes, allConstants, allTypes);
  }

  /** Drops nodes and constants that no output depends on. */
  private static Graph withoutDead(
      Graph graph, List<Node> nodes, Map<String, Tensor> constants, Map<String, TensorType> types) {
    Set<String> needed = new LinkedHashSet<>(graph.outputs());
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (needed.contains(node.output())) {
        needed.addAll(node.inputs());
        kept.add(node);
      }
    }
    constants.keySet().retainAll(needed);
    needed.addAll(graph.inputs());
    types.keySet().retainAll(needed);
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), kept.reversed(), constants, types);
  }
}
