package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;

/** The oracle of {@link Reduce}. */
final class ReduceReference {
  private ReduceReference() {}

  static double at(Step.Reduce step, int[] index) {
    int[] reduced = step.in().shape();
    int elements = 1;
    for (int i = 0; i < reduced.length; i++) {
      reduced[i] = step.out().dim(i) == 1 ? reduced[i] : 1;
      elements *= reduced[i];
    }
    double[] all = new double[elements];
    int[] next = {0};
    Elements.forEach(
        reduced,
        within -> {
          int[] at = index.clone();
          for (int i = 0; i < at.length; i++) {
            at[i] += within[i];
          }
          all[next[0]++] = Elements.get(step.in(), at);
        });
    double result = all[0];
    for (int i = 1; i < all.length; i++) {
      result =
          switch (step.kind()) {
            case SUM, MEAN -> result + all[i];
            case MAX -> Math.max(result, all[i]);
            case MIN -> Math.min(result, all[i]);
          };
    }
    return ActivationReference.apply(
        step.activation(), step.kind() == Step.Reduce.Kind.MEAN ? result / elements : result);
  }
}
