package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalisation at inference as y = scale * x + shift for each channel (Ioffe and Szegedy,
 * arXiv 1502.03167, section 3.1), in double, so that whoever folds them into weights rounds once.
 */
record BatchNormParameters(double[] scales, double[] shifts) {

  /** Those of {@code node}, if its parameters are constants. */
  static Optional<BatchNormParameters> of(Pattern pattern, Node node, float epsilon) {
    List<Optional<Tensor>> parameters =
        node.inputs().stream().skip(1).map(pattern::constant).toList();
    if (parameters.size() != 4 || parameters.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    float[] gamma = parameters.get(0).orElseThrow().floats();
    float[] beta = parameters.get(1).orElseThrow().floats();
    float[] mean = parameters.get(2).orElseThrow().floats();
    float[] variance = parameters.get(3).orElseThrow().floats();
    double[] scales = new double[gamma.length];
    double[] shifts = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      double scale = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
      scales[c] = scale;
      shifts[c] = beta[c] - mean[c] * scale;
    }
    return Optional.of(new BatchNormParameters(scales, shifts));
  }
}
