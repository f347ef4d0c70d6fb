package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;

/** {@link Step.Unary}: an activation, element by element. */
final class Unary extends RowKernel {
  private final Activation activation;
  private final int n;
  private final long outStep;
  private final long inStep;

  private Unary(Activation activation, Dimensions walk, long out, long in) {
    super(walk.outer(1), out, in);
    this.activation = activation;
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.inStep = walk.innermost().steps()[1];
  }

  static Unary bind(Step.Unary step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    return new Unary(step.activation(), walk, addresses.of(step.out()), addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    if (outStep == Float.BYTES && inStep == Float.BYTES) {
      ActivationLoops.run(activation, in, out, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      putFloat(out + i * outStep, ActivationLoops.scalar(activation, getFloat(in + i * inStep)));
    }
  }
}
