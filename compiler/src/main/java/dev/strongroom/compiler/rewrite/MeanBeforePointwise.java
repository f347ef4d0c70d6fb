package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mean over all pixels of a pointwise convolution is the pointwise convolution of the mean:
 * both are linear. A gate that depends on the mean then does not need the convolution's whole
 * result first, so that the result need never exist whole.
 */
final class MeanBeforePointwise implements Rule {
  private static final List<Integer> SPACE = List.of(2, 3);

  @Override
  public String label() {
    return "mean-before-pointwise";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    if (!(node.op() instanceof Op.Reduce mean)
        || mean.kind() != Op.Reduce.Kind.MEAN
        || !mean.axes().equals(SPACE)
        || !mean.keepDims()) {
      return Optional.empty();
    }
    return pattern
        .producer(node.inputs().getFirst())
        .filter(conv -> isPointwise(pattern, conv))
        .map(conv -> swap(pattern, node, mean, conv));
  }

  private static boolean isPointwise(Pattern pattern, Node node) {
    if (!(node.op() instanceof Op.Conv conv)
        || !conv.strides().equals(List.of(1, 1))
        || !conv.pads().equals(List.of(0, 0, 0, 0))) {
      return false;
    }
    Shape w = pattern.shape(node.inputs().get(1));
    // Else the larger tensor would have to live until its mean is taken.
    boolean grows = w.dim(0) >= pattern.shape(node.inputs().getFirst()).dim(1);
    return grows && w.dim(2) == 1 && w.dim(3) == 1;
  }

  private static Patch swap(Pattern pattern, Node node, Op.Reduce mean, Node conv) {
    String pixel = node.output() + "/pixel";
    TensorType type = pattern.graph.type(conv.inputs().getFirst());
    int[] dims = type.shape().dims();
    dims[2] = 1;
    dims[3] = 1;
    List<String> operands = new ArrayList<>(conv.inputs());
    operands.set(0, pixel);
    return new Patch(
        node,
        List.of(
            new Node(node.name(), mean, conv.inputs().subList(0, 1), pixel),
            new Node(node.name() + "/" + conv.name(), conv.op(), operands, node.output())),
        Map.of(),
        Map.of(pixel, new TensorType(type.dataType(), Shape.of(dims))));
  }
}
