package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * (s * a) × b becomes s * (a × b): a kernel scales what it writes for free, while scaling an
 * operand is a step of its own. Attention scales its queries this way.
 */
final class HoistScale implements Rule {
  @Override
  public String label() {
    return "hoist-scale";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!(node.op() instanceof Op.MatMul)) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      Optional<Node> scale =
          pattern
              .soleProducer(node.inputs().get(side))
              .filter(
                  n -> Pattern.unary(n, Function.AFFINE).filter(u -> u.beta() == 0).isPresent());
      if (scale.isPresent()) {
        return Optional.of(hoist(pattern, node, side, scale.get()));
      }
    }
    return Optional.empty();
  }

  private static Patch hoist(Pattern pattern, Node node, int side, Node scale) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(side, scale.inputs().getFirst());
    String product = node.output() + "/unscaled";
    return new Patch(
        node,
        List.of(
            new Node(node.name(), node.op(), inputs, product),
            new Node(node.name() + "/scale", scale.op(), List.of(product), node.output())),
        Map.of(),
        Map.of(product, pattern.graph.type(node.output())));
  }
}
