package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Scales of weights that are symmetric around 0: the largest becomes 127 or -127. */
final class WeightScales {
  private static final int LARGEST = 127;

  /** A bias uses half of what an INT32 holds at most; the other half is for the products. */
  private static final float LARGEST_BIAS = 1 << 30;

  /** Less is taken for 0, so that products with an activation's scale remain normal floats. */
  private static final float SMALLEST = 1e-18f;

  private WeightScales() {}

  /**
   * A scale for each of the slices along {@code axis}, or one for all.
   *
   * @param bias that is to be an INT32 with the scale of the products; empty if there is none
   * @param x range of the products' other factor, if a bias is given
   */
  static float[] of(
      float[] w, Shape shape, int axis, boolean perChannel, float[] bias, @Nullable Range x) {
    int channels = shape.dim(axis);
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    float[] scales = new float[channels];
    for (int i = 0; i < w.length; i++) {
      int c = i / inner % channels;
      scales[c] = Math.max(scales[c], Math.abs(w[i]) / LARGEST);
    }
    for (int c = 0; c < channels; c++) {
      if (bias.length > 0 && x != null) {
        scales[c] = Math.max(scales[c], Math.abs(bias[c]) / (x.scale() * LARGEST_BIAS));
      }
      if (scales[c] < SMALLEST) {
        scales[c] = SMALLEST;
      }
    }
    if (perChannel) {
      return scales;
    }
    float largest = 0;
    for (float scale : scales) {
      largest = Math.max(largest, scale);
    }
    float[] one = new float[1];
    Arrays.fill(one, largest);
    return one;
  }
}
