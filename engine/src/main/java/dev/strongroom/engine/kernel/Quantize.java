package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;

import dev.strongroom.program.Step;

/** {@link Step.Quantize}: from floats to bytes, element by element. */
final class Quantize extends RowKernel {
  private final Rounding rounding;
  private final float scale;
  private final int n;
  private final long outStep;
  private final long inStep;

  private Quantize(Step.Quantize step, Dimensions walk, long out, long in) {
    super(walk.outer(1), out, in);
    this.rounding = new Rounding(step.saturation());
    this.scale = step.scale();
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.inStep = walk.innermost().steps()[1];
  }

  static Quantize bind(Step.Quantize step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    return new Quantize(step, walk, addresses.of(step.out()), addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    if (outStep == Byte.BYTES && inStep == Float.BYTES) {
      rounding.divided(in, scale, out, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      putByte(out + i * outStep, rounding.scalar(getFloat(in + i * inStep) / scale));
    }
  }
}
