package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;

/** The oracle of {@link Unary}, {@link Binary} and {@link Copy}. */
final class ElementwiseReference {
  private ElementwiseReference() {}

  static double at(Step.Unary step, int[] index) {
    return ActivationReference.apply(step.activation(), Elements.get(step.in(), index));
  }

  static double at(Step.Binary step, int[] index) {
    double a = Elements.get(step.a(), index);
    double b = Elements.get(step.b(), index);
    double result =
        switch (step.kind()) {
          case ADD -> a + b;
          case SUB -> a - b;
          case MUL -> a * b;
          case DIV -> a / b;
          case MIN -> Math.min(a, b);
          case MAX -> Math.max(a, b);
          case POW -> Math.pow(a, b);
          case EQUAL -> a == b ? 1 : 0;
        };
    return ActivationReference.apply(step.activation(), result);
  }

  static double at(Step.Copy step, int[] index) {
    return Elements.get(step.in(), index);
  }
}
