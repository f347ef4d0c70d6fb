package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Layer normalisation written out: with d = x - mean(x) along the last dimension, d / sqrt(mean(d *
 * d) + epsilon) * gamma + beta.
 */
final class RecogniseLayerNorm implements Rule {
  @Override
  public String label() {
    return "recognise-layer-norm";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!Pattern.isBinary(node, Op.Binary.Kind.ADD)) {
      return Optional.empty();
    }
    Shape shape = pattern.shape(node.output());
    if (shape.rank() == 0) {
      return Optional.empty();
    }
    for (List<String> sum : Pattern.bothOrders(node)) {
      String beta = sum.get(1);
      Optional<Node> product =
          pattern.soleProducer(sum.get(0)).filter(n -> Pattern.isBinary(n, Op.Binary.Kind.MUL));
      if (product.isEmpty() || !isRow(pattern, beta, shape)) {
        continue;
      }
      for (List<String> factors : Pattern.bothOrders(product.get())) {
        String gamma = factors.get(1);
        if (!isRow(pattern, gamma, shape)) {
          continue;
        }
        Optional<Normalised> normalised =
            pattern.soleProducer(factors.get(0)).flatMap(n -> normalised(pattern, n));
        if (normalised.isPresent()) {
          return Optional.of(
              Patch.replace(
                  node,
                  new Op.LayerNorm(shape.rank() - 1, normalised.get().epsilon()),
                  List.of(normalised.get().x(), gamma, beta)));
        }
      }
    }
    return Optional.empty();
  }

  private record Normalised(String x, float epsilon) {}

  /** Whether {@code value} is a constant of one element for each along the last dimension. */
  private static boolean isRow(Pattern pattern, String value, Shape shape) {
    return pattern
        .constant(value)
        .filter(t -> t.shape().rank() == 1 && t.shape().dim(0) == shape.dim(-1))
        .isPresent();
  }

  /** Matches d / sqrt(mean(d * d) + epsilon). */
  private static Optional<Normalised> normalised(Pattern pattern, Node division) {
    if (!Pattern.isBinary(division, Op.Binary.Kind.DIV)) {
      return Optional.empty();
    }
    String d = division.inputs().get(0);
    Optional<Node> root =
        pattern
            .soleProducer(division.inputs().get(1))
            .filter(n -> Pattern.unary(n, Function.SQRT).isPresent());
    Optional<Node> shifted =
        root.flatMap(n -> pattern.soleProducer(n.inputs().getFirst()))
            .filter(n -> Pattern.unary(n, Function.AFFINE).filter(u -> u.alpha() == 1).isPresent());
    boolean isVariance =
        shifted
            .flatMap(n -> pattern.soleProducer(n.inputs().getFirst()))
            .filter(n -> isMeanOfLast(pattern, n))
            .flatMap(n -> pattern.soleProducer(n.inputs().getFirst()))
            .filter(n -> Pattern.isBinary(n, Op.Binary.Kind.MUL))
            .filter(n -> n.inputs().equals(List.of(d, d)))
            .isPresent();
    if (!isVariance) {
      return Optional.empty();
    }
    float epsilon = (float) ((Op.Unary) shifted.orElseThrow().op()).beta();
    return pattern
        .producer(d)
        .filter(n -> Pattern.isBinary(n, Op.Binary.Kind.SUB))
        .filter(
            n ->
                pattern
                    .soleProducer(n.inputs().get(1))
                    .filter(mean -> isMeanOfLast(pattern, mean))
                    .filter(mean -> mean.inputs().getFirst().equals(n.inputs().get(0)))
                    .isPresent())
        .map(n -> new Normalised(n.inputs().get(0), epsilon));
  }

  private static boolean isMeanOfLast(Pattern pattern, Node node) {
    int last = pattern.shape(node.inputs().getFirst()).rank() - 1;
    return node.op() instanceof Op.Reduce r
        && r.kind() == Op.Reduce.Kind.MEAN
        && r.axes().equals(List.of(last))
        && r.keepDims();
  }
}
