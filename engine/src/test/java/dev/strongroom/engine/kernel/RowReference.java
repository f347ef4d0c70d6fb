package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;
import dev.strongroom.program.View;

/** The oracle of {@link Softmax} and {@link LayerNorm}, which look at a whole row. */
final class RowReference {
  private RowReference() {}

  private static double[] row(View view, int[] index) {
    int last = view.rank() - 1;
    int[] at = index.clone();
    double[] row = new double[view.dim(last)];
    for (int i = 0; i < row.length; i++) {
      at[last] = i;
      row[i] = Elements.get(view, at);
    }
    return row;
  }

  static double at(Step.Softmax step, int[] index) {
    double[] row = row(step.in(), index);
    double max = Double.NEGATIVE_INFINITY;
    for (double x : row) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (double x : row) {
      sum += Math.exp(x - max);
    }
    return Math.exp(row[index[index.length - 1]] - max) / sum;
  }

  static double at(Step.LayerNorm step, int[] index) {
    double[] row = row(step.in(), index);
    double mean = 0;
    for (double x : row) {
      mean += x / row.length;
    }
    double variance = 0;
    for (double x : row) {
      variance += (x - mean) * (x - mean) / row.length;
    }
    int c = index[index.length - 1];
    return (row[c] - mean)
            / Math.sqrt(variance + step.epsilon())
            * Elements.get(step.parameters(), 0, c)
        + Elements.get(step.parameters(), 1, c);
  }
}
