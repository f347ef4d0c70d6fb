package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.List;
import java.util.Optional;

/** x * sigmoid(a * x) is swish (Ramachandran et al., arXiv 1710.05941). */
final class RecogniseSwish implements Rule {
  @Override
  public String label() {
    return "recognise-swish";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!Pattern.isBinary(node, Op.Binary.Kind.MUL)) {
      return Optional.empty();
    }
    for (List<String> operands : Pattern.bothOrders(node)) {
      String x = operands.get(0);
      Optional<Double> alpha =
          pattern
              .soleProducer(operands.get(1))
              .filter(gate -> Pattern.unary(gate, Function.SIGMOID).isPresent())
              .flatMap(gate -> factorOf(pattern, x, gate.inputs().getFirst()));
      if (alpha.isPresent()) {
        return Optional.of(
            Patch.replace(node, new Op.Unary(Function.SWISH, alpha.get(), 0), List.of(x)));
      }
    }
    return Optional.empty();
  }

  /** The factor by which {@code value} is a multiple of {@code x}, if it is one. */
  private static Optional<Double> factorOf(Pattern pattern, String x, String value) {
    if (value.equals(x)) {
      return Optional.of(1.0);
    }
    return pattern
        .soleProducer(value)
        .filter(n -> n.inputs().getFirst().equals(x))
        .flatMap(n -> Pattern.unary(n, Function.AFFINE))
        .filter(affine -> affine.beta() == 0)
        .map(Op.Unary::alpha);
  }
}
