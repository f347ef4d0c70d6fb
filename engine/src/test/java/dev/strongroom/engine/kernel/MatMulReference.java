package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;

/** The oracle of {@link MatMul}. */
final class MatMulReference {
  private MatMulReference() {}

  static double at(Step.MatMul step, int[] index) {
    double sum = 0;
    for (int k = 0; k < step.a().dim(3); k++) {
      sum +=
          Elements.get(step.a(), index[0], index[1], index[2], k)
              * Elements.get(step.b(), index[0], index[1], k, index[3]);
    }
    return ActivationReference.apply(step.activation(), sum);
  }
}
