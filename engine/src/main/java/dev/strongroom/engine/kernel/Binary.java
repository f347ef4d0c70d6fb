package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;
import dev.strongroom.program.Step.Binary.Kind;

/** {@link Step.Binary}: arithmetic on two operands, element by element. */
final class Binary extends RowKernel {
  private final Kind kind;
  private final Activation activation;
  private final boolean activates;
  private final int n;
  private final long outStep;
  private final long aStep;
  private final long bStep;
  private final int whole;

  private Binary(Kind kind, Activation activation, Dimensions walk, long out, long a, long b) {
    super(walk.outer(1), out, a, b);
    this.kind = kind;
    this.activation = activation;
    this.activates = !activation.isNone();
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.aStep = walk.innermost().steps()[1];
    this.bStep = walk.innermost().steps()[2];
    boolean vectors =
        kind != Kind.POW
            && kind != Kind.EQUAL
            && outStep == Float.BYTES
            && (aStep == Float.BYTES || bStep == Float.BYTES)
            && (aStep == Float.BYTES || aStep == 0)
            && (bStep == Float.BYTES || bStep == 0);
    this.whole = vectors ? n & -LANES : 0;
  }

  static Binary bind(Step.Binary step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(
            Dimensions.of(0, step.out().rank(), step.out(), step.a(), step.b()), 3);
    return new Binary(
        step.kind(),
        step.activation(),
        walk,
        addresses.of(step.out()),
        addresses.of(step.a()),
        addresses.of(step.b()));
  }

  @Override
  void row(long out, long a, long b) {
    if (whole > 0) {
      if (aStep == 0) {
        scalarAndVectors(a, b, out);
      } else if (bStep == 0) {
        BinaryLoops.vectorScalar(kind, a, b, out, whole);
      } else {
        BinaryLoops.vectors(kind, a, b, out, whole);
      }
      if (activates) {
        ActivationLoops.run(activation, out, out, whole);
      }
    }
    for (int i = whole; i < n; i++) {
      float y = scalar(getFloat(a + i * aStep), getFloat(b + i * bStep));
      putFloat(out + i * outStep, activates ? ActivationLoops.scalar(activation, y) : y);
    }
  }

  private void scalarAndVectors(long a, long b, long out) {
    switch (kind) {
      case SUB -> BinaryLoops.scalarMinus(a, b, out, whole);
      case DIV -> BinaryLoops.scalarOver(a, b, out, whole);
      default -> BinaryLoops.vectorScalar(kind, b, a, out, whole);
    }
  }

  private float scalar(float a, float b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> (float) Math.pow(a, b);
      case EQUAL -> a == b ? 1 : 0;
    };
  }
}
