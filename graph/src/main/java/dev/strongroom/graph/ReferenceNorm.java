package dev.strongroom.graph;

import java.util.List;

/** Normalisations: what divides by a statistic of the elements or of the training data. */
final class ReferenceNorm {
  private ReferenceNorm() {}

  /** (x - mean) / sqrt(variance + epsilon) * scale + bias, a channel each (arXiv 1502.03167). */
  static Tensor batchNorm(Op.BatchNorm op, List<Tensor> in) {
    float[] x = in.get(0).floats();
    float[] scale = in.get(1).floats();
    float[] bias = in.get(2).floats();
    float[] mean = in.get(3).floats();
    float[] variance = in.get(4).floats();
    Shape shape = in.get(0).shape();
    int plane = blockFrom(shape, 2);
    for (int i = 0; i < x.length; i++) {
      int c = i / plane % shape.dim(1);
      double normalized =
          ((double) x[i] - mean[c]) / Math.sqrt((double) variance[c] + op.epsilon());
      x[i] = (float) (normalized * scale[c] + bias[c]);
    }
    return Tensor.ofFloats(x, shape.dims());
  }

  /** (x - mean) / sqrt(variance + epsilon) * scale + bias over a block each (arXiv 1607.06450). */
  static Tensor layerNorm(Op.LayerNorm op, List<Tensor> in) {
    float[] x = in.get(0).floats();
    float[] scale = in.get(1).floats();
    float[] bias = in.get(2).floats();
    Shape shape = in.get(0).shape();
    int block = blockFrom(shape, op.axis());
    for (int at = 0; at < x.length; at += block) {
      double mean = 0;
      for (int i = 0; i < block; i++) {
        mean += x[at + i];
      }
      mean /= block;
      double variance = 0;
      for (int i = 0; i < block; i++) {
        variance += (x[at + i] - mean) * (x[at + i] - mean);
      }
      variance /= block;
      double factor = 1 / Math.sqrt(variance + op.epsilon());
      for (int i = 0; i < block; i++) {
        x[at + i] = (float) ((x[at + i] - mean) * factor * scale[i] + bias[i]);
      }
    }
    return Tensor.ofFloats(x, shape.dims());
  }

  /** exp(x - max) / sum of exp(x - max): subtracting the maximum keeps exp from overflowing. */
  static Tensor softmax(Op.Softmax op, Tensor in) {
    float[] x = in.floats();
    Shape shape = in.shape();
    int size = shape.dim(op.axis());
    int stride = blockFrom(shape, op.axis() + 1);
    for (int i = 0; i < x.length; i++) {
      if (i / stride % size != 0) {
        continue;
      }
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < size; j++) {
        max = Math.max(max, x[i + j * stride]);
      }
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum += Math.exp(x[i + j * stride] - max);
      }
      for (int j = 0; j < size; j++) {
        x[i + j * stride] = (float) (Math.exp(x[i + j * stride] - max) / sum);
      }
    }
    return Tensor.ofFloats(x, shape.dims());
  }

  /** Number of elements in the dimensions from {@code axis} on. */
  private static int blockFrom(Shape shape, int axis) {
    int block = 1;
    for (int i = axis; i < shape.rank(); i++) {
      block *= shape.dim(i);
    }
    return block;
  }
}
