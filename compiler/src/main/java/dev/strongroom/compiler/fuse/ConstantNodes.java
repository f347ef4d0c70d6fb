package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph in which what follows from constants alone is a constant: dequantised weights, above all,
 * which take no memory while the model runs and belong to no stage.
 */
public final class ConstantNodes {
  private final Graph original;
  private final List<Node> nodes = new ArrayList<>();
  private final Graph without;

  private ConstantNodes(Graph original) {
    this.original = original;
    Map<String, Tensor> constants = new LinkedHashMap<>(original.constants());
    List<Node> rest = new ArrayList<>();
    for (Node node : original.nodes()) {
      if (constants.keySet().containsAll(node.inputs())
          && !original.outputs().contains(node.output())) {
        List<Tensor> operands =
            node.inputs().stream().map(i -> Objects.requireNonNull(constants.get(i))).toList();
        constants.put(
            node.output(), Interpreter.evaluate(node.op(), operands, original.type(node.output())));
        nodes.add(node);
      } else {
        rest.add(node);
      }
    }
    this.without =
        new Graph(
            original.name(),
            original.inputs(),
            original.outputs(),
            rest,
            constants,
            original.types());
  }

  /** Takes the nodes out that depend on constants only. */
  public static ConstantNodes of(Graph graph) {
    return new ConstantNodes(graph);
  }

  /** The graph without them. */
  public Graph graph() {
    return without;
  }

  /** {@code changed}, which was made of {@link #graph}, with the nodes in it again. */
  public Graph restore(Graph changed) {
    List<Node> all = new ArrayList<>(nodes);
    all.addAll(changed.nodes());
    return new Graph(
        changed.name(),
        changed.inputs(),
        changed.outputs(),
        all,
        original.constants(),
        changed.types());
  }
}
