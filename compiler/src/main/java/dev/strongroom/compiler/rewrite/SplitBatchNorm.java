package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch normalisation that no convolution precedes becomes a product and a sum with a constant
 * for each channel. Comes after {@link FoldIntoConvolution}, which is cheaper at run time.
 */
final class SplitBatchNorm implements Rule {
  @Override
  public String label() {
    return "split-batch-norm";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    return node.op() instanceof Op.BatchNorm(float epsilon)
        ? BatchNormParameters.of(pattern, node, epsilon).map(p -> split(pattern, node, p))
        : Optional.empty();
  }

  private static Patch split(Pattern pattern, Node node, BatchNormParameters parameters) {
    String x = node.inputs().getFirst();
    int[] dims = new int[pattern.shape(x).rank() - 1];
    Arrays.fill(dims, 1);
    dims[0] = parameters.scales().length;
    String scale = node.output() + "/scale";
    String shift = node.output() + "/shift";
    String scaled = node.output() + "/scaled";
    return new Patch(
            node,
            List.of(
                new Node(
                    node.name() + "/scale",
                    new Op.Binary(Op.Binary.Kind.MUL),
                    List.of(x, scale),
                    scaled),
                new Node(
                    node.name(),
                    new Op.Binary(Op.Binary.Kind.ADD),
                    List.of(scaled, shift),
                    node.output())),
            Map.of(),
            Map.of(scaled, pattern.graph.type(node.output())))
        .with(scale, Tensor.ofFloats(rounded(parameters.scales()), dims))
        .with(shift, Tensor.ofFloats(rounded(parameters.shifts()), dims));
  }

  private static float[] rounded(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
