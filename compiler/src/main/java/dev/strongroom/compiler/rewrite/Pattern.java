package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A graph with the look-ups that pattern matching needs: who defines a value, who reads it. */
final class Pattern {
  final Graph graph;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  Pattern(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      producers.put(node.output(), node);
      node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    }
    graph.outputs().forEach(output -> uses.merge(output, 1, Integer::sum));
  }

  Optional<Node> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** Number of operands and outputs that {@code value} serves as. */
  int uses(String value) {
    return uses.getOrDefault(value, 0);
  }

  /** The node that defines {@code value}, if nothing but one operand reads it. */
  Optional<Node> soleProducer(String value) {
    return uses(value) == 1 ? producer(value) : Optional.empty();
  }

  /** The float constant called {@code value}, if there is one. */
  Optional<Tensor> constant(String value) {
    return Optional.ofNullable(graph.constants().get(value))
        .filter(t -> t.dataType() == dev.strongroom.graph.DataType.FLOAT32);
  }

  /** The constant called {@code value}, if it has a single element. */
  Optional<Float> scalar(String value) {
    return constant(value).filter(t -> t.shape().elements() == 1).map(t -> t.data().getFloat());
  }

  Shape shape(String value) {
    return graph.type(value).shape();
  }

  /**
   * The other operand of a binary {@code node} of this kind, and the constant, whichever side it is
   * on.
   */
  Optional<WithConstant> withConstant(Node node) {
    if (node.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      Optional<Tensor> constant = constant(node.inputs().get(side));
      String other = node.inputs().get(1 - side);
      if (constant.isPresent() && constant(other).isEmpty()) {
        return Optional.of(new WithConstant(other, constant.get(), side == 0));
      }
    }
    return Optional.empty();
  }

  record WithConstant(String other, Tensor constant, boolean constantFirst) {}

  static Optional<Op.Unary> unary(Node node, Op.Unary.Function function) {
    return node.op() instanceof Op.Unary u && u.function() == function
        ? Optional.of(u)
        : Optional.empty();
  }

  static boolean isBinary(Node node, Op.Binary.Kind kind) {
    return node.op() instanceof Op.Binary b && b.kind() == kind;
  }

  /** Every way to read {@code node}'s two operands: as given, and swapped. */
  static List<List<String>> bothOrders(Node node) {
    return List.of(node.inputs(), node.inputs().reversed());
  }
}
