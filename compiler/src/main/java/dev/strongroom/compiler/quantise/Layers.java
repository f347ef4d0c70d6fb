package dev.strongroom.compiler.quantise;

import dev.strongroom.compiler.quantise.Layer.Kind;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the layers of a graph. */
final class Layers {
  private final Graph graph;
  private final Map<String, List<Node>> readers = new HashMap<>();
  private final Set<Node> absorbed = new HashSet<>();

  private Layers(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      node.inputs().forEach(i -> readers.computeIfAbsent(i, _ -> new ArrayList<>()).add(node));
    }
  }

  /** All layers of {@code graph}, each after those it reads. */
  static List<Layer> of(Graph graph) {
    Layers layers = new Layers(graph);
    List<Layer> all = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!layers.absorbed.contains(node)) {
        all.add(layers.layer(node));
      }
    }
    return all;
  }

  private Layer layer(Node head) {
    Kind kind = kind(head);
    String output = head.output();
    if (kind == Kind.PRODUCT || kind == Kind.ARITHMETIC) {
      if (head.op() instanceof Op.MatMul) {
        output = bias(output);
      }
      output = functions(head.op(), output);
    }
    return new Layer(head, output, kind);
  }

  private Kind kind(Node node) {
    return switch (node.op()) {
      case Op.Conv _ -> product(node);
      case Op.MatMul _ -> shape(node.inputs().get(1)).rank() == 2 ? product(node) : Kind.FLOAT;
      case Op.Gemm gemm -> gemm.transposeA() ? Kind.FLOAT : product(node);
      case Op.Binary(Op.Binary.Kind k) when k == Op.Binary.Kind.ADD || k == Op.Binary.Kind.MUL ->
          unlessConstant(node, Kind.ARITHMETIC);
      case Op.Unary _ -> unlessConstant(node, Kind.ARITHMETIC);
      case Op.Reduce(Op.Reduce.Kind k, var _, var _) when k == Op.Reduce.Kind.MEAN ->
          unlessConstant(node, Kind.ARITHMETIC);
      case Op.Pool pool ->
          unlessConstant(node, pool.kind() == Op.Pool.Kind.MAX ? Kind.MOVEMENT : Kind.ARITHMETIC);
      case Op.Concat _, Op.Slice _, Op.Transpose _, Op.Reshape _, Op.Upsample _, Op.Expand _ ->
          unlessConstant(node, Kind.MOVEMENT);
      default -> Kind.FLOAT;
    };
  }

  private Kind product(Node node) {
    boolean constantWeights =
        !isConstant(node.inputs().getFirst())
            && node.inputs().stream().skip(1).allMatch(this::isConstant);
    return constantWeights ? Kind.PRODUCT : Kind.FLOAT;
  }

  private Kind unlessConstant(Node node, Kind kind) {
    return node.inputs().stream().anyMatch(this::isConstant) ? Kind.FLOAT : kind;
  }

  /** A constant row that is added to a product right away. */
  private String bias(String product) {
    Optional<Node> sum =
        soleReader(product)
            .filter(n -> n.op() instanceof Op.Binary b && b.kind() == Op.Binary.Kind.ADD)
            .filter(n -> n.inputs().stream().anyMatch(this::isConstant))
            .filter(n -> shape(n.output()).equals(shape(product)));
    sum.ifPresent(absorbed::add);
    return sum.map(Node::output).orElse(product);
  }

  /**
   * Element-wise functions that are computed where the value before them is. A product or a sum
   * takes over one function and the affine ones behind it; a function alone, being a table of 256
   * results, all that follow.
   */
  private String functions(Op head, String value) {
    boolean first = true;
    String output = value;
    while (true) {
      Optional<Node> next = soleReader(output).filter(n -> n.op() instanceof Op.Unary);
      if (next.isEmpty()) {
        return output;
      }
      boolean affine = ((Op.Unary) next.get().op()).function() == Function.AFFINE;
      if (!affine && !first && !(head instanceof Op.Unary)) {
        return output;
      }
      first = false;
      absorbed.add(next.get());
      output = next.get().output();
    }
  }

  private Optional<Node> soleReader(String value) {
    List<Node> all = readers.getOrDefault(value, List.of());
    return all.size() == 1 && !graph.outputs().contains(value)
        ? Optional.of(all.getFirst())
        : Optional.empty();
  }

  private boolean isConstant(String value) {
    return graph.constants().containsKey(value);
  }

  private Shape shape(String value) {
    return graph.type(value).shape();
  }
}
