package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How far answers are from what they should be.
 *
 * @param relative the root of the errors' energy over that of the answers, at the worst output; 0
 *     if all answers are equal
 * @param agreement the part of the answers, between 0 and 1, whose largest element along the last
 *     dimension is where it should be; empty where no output is a choice among several
 */
public record OutputError(double relative, OptionalDouble agreement) {
  /** An output with more dimensions is no list of choices but a picture. */
  private static final int MAX_RANK_OF_CHOICES = 3;

  /**
   * Signal to quantisation noise ratio in decibels, 20 * log10(1 / relative); infinite if there is
   * no noise.
   */
  public double sqnr() {
    return -20 * Math.log10(relative);
  }

  /** Compares the answers to all samples. */
  static OutputError of(List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
    double worst = 0;
    long choices = 0;
    long same = 0;
    for (String output : expected.getFirst().keySet()) {
      double signal = 0;
      double noise = 0;
      for (int i = 0; i < expected.size(); i++) {
        Tensor want = tensor(expected.get(i), output);
        float[] e = want.floats();
        float[] a = tensor(actual.get(i), output).floats();
        for (int j = 0; j < e.length; j++) {
          signal += (double) e[j] * e[j];
          noise += ((double) a[j] - e[j]) * ((double) a[j] - e[j]);
        }
        int rank = want.shape().rank();
        int last = rank == 0 ? 1 : want.shape().dim(-1);
        if (rank <= MAX_RANK_OF_CHOICES && last > 1) {
          for (int at = 0; at < e.length; at += last) {
            choices++;
            same += largest(e, at, last) == largest(a, at, last) ? 1 : 0;
          }
        }
      }
      double relative = noise == 0 ? 0 : Math.sqrt(noise / signal);
      worst = Math.max(worst, Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative);
    }
    return new OutputError(
        worst, choices == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) same / choices));
  }

  private static Tensor tensor(Map<String, Tensor> outputs, String name) {
    Tensor tensor = outputs.get(name);
    if (tensor == null) {
      throw new IllegalStateException("output " + name + " was not computed");
    }
    return tensor;
  }

  private static int largest(float[] values, int at, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[at + i] > values[at + best]) {
        best = i;
      }
    }
    return best;
  }
}
