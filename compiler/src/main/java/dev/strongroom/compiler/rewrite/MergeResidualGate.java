package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * x + x * gate becomes x * (1 + gate), where the gate is smaller than x: one step in place instead
 * of two and a tensor between them.
 */
final class MergeResidualGate implements Rule {
  @Override
  public String label() {
    return "merge-residual-gate";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!Pattern.isBinary(node, Op.Binary.Kind.ADD)) {
      return Optional.empty();
    }
    for (List<String> sum : Pattern.bothOrders(node)) {
      String x = sum.getFirst();
      Optional<Node> product =
          pattern
              .soleProducer(sum.getLast())
              .filter(n -> Pattern.isBinary(n, Op.Binary.Kind.MUL))
              .filter(n -> n.inputs().contains(x));
      if (product.isPresent()) {
        String gate = product.get().inputs().get(product.get().inputs().indexOf(x) == 0 ? 1 : 0);
        boolean smaller =
            pattern.shape(gate).elements() < pattern.shape(x).elements()
                && pattern.shape(x).equals(pattern.shape(node.output()));
        if (smaller && pattern.constant(gate).isEmpty()) {
          return Optional.of(merge(pattern, node, x, gate));
        }
      }
    }
    return Optional.empty();
  }

  private static Patch merge(Pattern pattern, Node node, String x, String gate) {
    String more = node.output() + "/gate";
    return new Patch(
        node,
        List.of(
            new Node(
                node.name() + "/gate", new Op.Unary(Function.AFFINE, 1, 1), List.of(gate), more),
            new Node(
                node.name(), new Op.Binary(Op.Binary.Kind.MUL), List.of(x, more), node.output())),
        Map.of(),
        Map.of(more, pattern.graph.type(gate)));
  }
}
