package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * x * clip(a * x + b, 0, h) is h * hardswish(x; a / h, b / h), and x * hardsigmoid(x; a, b) is
 * hardswish(x; a, b) (Howard et al., Searching for MobileNetV3, arXiv 1905.02244, section 5.2).
 */
final class RecogniseHardSwish implements Rule {
  @Override
  public String label() {
    return "recognise-hard-swish";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!Pattern.isBinary(node, Op.Binary.Kind.MUL)) {
      return Optional.empty();
    }
    for (List<String> operands : Pattern.bothOrders(node)) {
      String x = operands.get(0);
      Optional<Node> gate = pattern.soleProducer(operands.get(1));
      Optional<Patch> patch =
          gate.flatMap(g -> fromHardSigmoid(node, x, g))
              .or(() -> gate.flatMap(g -> fromClip(pattern, node, x, g)));
      if (patch.isPresent()) {
        return patch;
      }
    }
    return Optional.empty();
  }

  private static Optional<Patch> fromHardSigmoid(Node node, String x, Node gate) {
    return Pattern.unary(gate, Function.HARD_SIGMOID)
        .filter(u -> u.alpha() > 0)
        .filter(u -> gate.inputs().getFirst().equals(x))
        .map(
            u ->
                Patch.replace(
                    node, new Op.Unary(Function.HARD_SWISH, u.alpha(), u.beta()), List.of(x)));
  }

  private static Optional<Patch> fromClip(Pattern pattern, Node node, String x, Node gate) {
    Optional<Op.Unary> clip =
        Pattern.unary(gate, Function.CLIP).filter(u -> u.alpha() == 0 && u.beta() > 0);
    return clip.flatMap(
        c ->
            pattern
                .soleProducer(gate.inputs().getFirst())
                .filter(inner -> inner.inputs().getFirst().equals(x))
                .flatMap(inner -> Pattern.unary(inner, Function.AFFINE))
                .filter(affine -> affine.alpha() > 0)
                .map(affine -> scaled(pattern.graph, node, x, affine, c.beta())));
  }

  private static Patch scaled(Graph graph, Node node, String x, Op.Unary affine, double high) {
    String swish = node.output() + "/hard-swish";
    Op.Unary hardSwish =
        new Op.Unary(Function.HARD_SWISH, affine.alpha() / high, affine.beta() / high);
    return new Patch(
        node,
        List.of(
            new Node(node.name(), hardSwish, List.of(x), swish),
            new Node(
                node.name() + "/scale",
                new Op.Unary(Function.AFFINE, high, 0),
                List.of(swish),
                node.output())),
        Map.of(),
        Map.of(swish, graph.type(node.output())));
  }
}
