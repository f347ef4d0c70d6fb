package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;

import dev.strongroom.program.Step;

/** {@link Step.Dequantize}: from bytes to floats, element by element. */
final class Dequantize extends RowKernel {
  private final float zero;
  private final float scale;
  private final int n;
  private final long outStep;
  private final long inStep;

  private Dequantize(Step.Dequantize step, Dimensions walk, long out, long in) {
    super(walk.outer(1), out, in);
    this.zero = step.zeroPoint();
    this.scale = step.scale();
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.inStep = walk.innermost().steps()[1];
  }

  static Dequantize bind(Step.Dequantize step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    return new Dequantize(step, walk, addresses.of(step.out()), addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    if (outStep == Float.BYTES && inStep == Byte.BYTES) {
      ByteLoops.toFloats(in, zero, scale, out, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      putFloat(out + i * outStep, (getByte(in + i * inStep) - zero) * scale);
    }
  }
}
