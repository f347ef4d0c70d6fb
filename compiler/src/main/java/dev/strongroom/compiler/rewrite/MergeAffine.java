package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.Optional;

/** Two affine functions in a row become one. */
final class MergeAffine implements Rule {
  @Override
  public String label() {
    return "merge-affine";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    return Pattern.unary(node, Function.AFFINE)
        .flatMap(
            outer ->
                pattern
                    .soleProducer(node.inputs().getFirst())
                    .flatMap(
                        before ->
                            Pattern.unary(before, Function.AFFINE)
                                .map(
                                    inner ->
                                        Patch.replace(
                                            node, compose(outer, inner), before.inputs()))));
  }

  private static Op.Unary compose(Op.Unary outer, Op.Unary inner) {
    return new Op.Unary(
        Function.AFFINE,
        outer.alpha() * inner.alpha(),
        outer.alpha() * inner.beta() + outer.beta());
  }
}
