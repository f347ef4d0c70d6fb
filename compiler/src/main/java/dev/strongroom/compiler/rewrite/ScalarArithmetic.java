package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.List;
import java.util.Optional;

/**
 * x + c, x - c, c - x, x * c and x / c with a single-element constant become {@link
 * Function#AFFINE}; x to the power 0.5 becomes a square root, x to the power 2 becomes x * x.
 */
final class ScalarArithmetic implements Rule {
  @Override
  public String label() {
    return "scalar-arithmetic";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!(node.op() instanceof Op.Binary(Op.Binary.Kind kind))) {
      return Optional.empty();
    }
    return pattern
        .withConstant(node)
        .filter(w -> w.constant().shape().elements() == 1)
        // A constant of higher rank would add dimensions to the result.
        .filter(w -> pattern.shape(w.other()).equals(pattern.shape(node.output())))
        .flatMap(w -> replace(node, kind, w));
  }

  private static Optional<Patch> replace(
      Node node, Op.Binary.Kind kind, Pattern.WithConstant operand) {
    double c = operand.constant().data().getFloat();
    List<String> input = List.of(operand.other());
    return switch (kind) {
      case ADD -> affine(node, input, 1, c);
      case SUB -> operand.constantFirst() ? affine(node, input, -1, c) : affine(node, input, 1, -c);
      case MUL -> affine(node, input, c, 0);
      case DIV -> operand.constantFirst() ? Optional.empty() : affine(node, input, 1 / c, 0);
      case POW -> operand.constantFirst() ? Optional.empty() : power(node, operand.other(), c);
      case MIN, MAX, EQUAL -> Optional.empty();
    };
  }

  private static Optional<Patch> affine(Node node, List<String> input, double alpha, double beta) {
    return Optional.of(Patch.replace(node, new Op.Unary(Function.AFFINE, alpha, beta), input));
  }

  private static Optional<Patch> power(Node node, String base, double exponent) {
    if (exponent == 0.5) {
      return Optional.of(Patch.replace(node, Op.Unary.of(Function.SQRT), List.of(base)));
    }
    if (exponent == 2) {
      return Optional.of(
          Patch.replace(node, new Op.Binary(Op.Binary.Kind.MUL), List.of(base, base)));
    }
    return Optional.empty();
  }
}
