package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** x * (1 + erf(x / sqrt(2))) is twice GELU (Hendrycks and Gimpel, arXiv 1606.08415). */
final class RecogniseGelu implements Rule {
  private static final float INVERSE_SQRT_2 = 0.70710677f;

  @Override
  public String label() {
    return "recognise-gelu";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!Pattern.isBinary(node, Op.Binary.Kind.MUL)) {
      return Optional.empty();
    }
    for (List<String> operands : Pattern.bothOrders(node)) {
      String x = operands.get(0);
      boolean matches =
          affine(pattern, operands.get(1), 1, 1)
              .flatMap(pattern::soleProducer)
              .filter(erf -> Pattern.unary(erf, Function.ERF).isPresent())
              .flatMap(erf -> affine(pattern, erf.inputs().getFirst(), INVERSE_SQRT_2, 0))
              .filter(x::equals)
              .isPresent();
      if (matches) {
        return Optional.of(twice(pattern.graph, node, x));
      }
    }
    return Optional.empty();
  }

  /** What {@code value} is alpha * … + beta of, if it is. */
  private static Optional<String> affine(Pattern pattern, String value, float alpha, float beta) {
    return pattern
        .soleProducer(value)
        .filter(
            n ->
                Pattern.unary(n, Function.AFFINE)
                    .filter(u -> Math.abs(u.alpha() - alpha) < 1e-6f && u.beta() == beta)
                    .isPresent())
        .map(n -> n.inputs().getFirst());
  }

  private static Patch twice(Graph graph, Node node, String x) {
    String gelu = node.output() + "/gelu";
    return new Patch(
        node,
        List.of(
            new Node(node.name(), Op.Unary.of(Function.GELU), List.of(x), gelu),
            new Node(
                node.name() + "/twice",
                new Op.Unary(Function.AFFINE, 2, 0),
                List.of(gelu),
                node.output())),
        Map.of(),
        Map.of(gelu, graph.type(node.output())));
  }
}
