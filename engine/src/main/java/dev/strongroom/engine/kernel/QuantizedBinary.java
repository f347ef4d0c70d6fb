package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;

import dev.strongroom.program.Step;

/** {@link Step.QuantizedBinary}: sums and products of bytes, element by element. */
final class QuantizedBinary extends RowKernel {
  private final QuantizedBinaryLoops loops;
  private final int n;
  private final long outStep;
  private final long aStep;
  private final long bStep;
  private final int whole;

  private QuantizedBinary(Step.QuantizedBinary step, Dimensions walk, long out, long a, long b) {
    super(walk.outer(1), out, a, b);
    this.loops = new QuantizedBinaryLoops(step);
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.aStep = walk.innermost().steps()[1];
    this.bStep = walk.innermost().steps()[2];
    boolean vectors = outStep == Byte.BYTES && aStep == Byte.BYTES && (bStep == 0 || bStep == 1);
    this.whole = vectors ? n & -LANES : 0;
  }

  static QuantizedBinary bind(Step.QuantizedBinary step, Addresses addresses) {
    Dimensions walk = walk(step);
    if (walk.innermost().steps()[1] == 0) {
      // Both operations commute: the operand that repeats comes second.
      Step.QuantizedBinary swapped = swapped(step);
      return bind(swapped, walk(swapped), addresses);
    }
    return bind(step, walk, addresses);
  }

  private static QuantizedBinary bind(
      Step.QuantizedBinary step, Dimensions walk, Addresses addresses) {
    return new QuantizedBinary(
        step, walk, addresses.of(step.out()), addresses.of(step.a()), addresses.of(step.b()));
  }

  private static Dimensions walk(Step.QuantizedBinary step) {
    return Dimensions.reordered(
        Dimensions.of(0, step.out().rank(), step.out(), step.a(), step.b()), 3);
  }

  private static Step.QuantizedBinary swapped(Step.QuantizedBinary s) {
    boolean product = s.kind() == Step.QuantizedBinary.Kind.MUL;
    return new Step.QuantizedBinary(
        s.kind(),
        s.b(),
        s.a(),
        s.out(),
        s.bZero(),
        s.aZero(),
        product ? s.aScale() : s.bScale(),
        product ? s.bScale() : s.aScale(),
        s.saturation());
  }

  @Override
  void row(long out, long a, long b) {
    if (whole > 0) {
      loops.run(a, b, bStep == 0, out, whole);
    }
    for (int i = whole; i < n; i++) {
      putByte(out + i * outStep, loops.scalar(getByte(a + i * aStep), getByte(b + i * bStep)));
    }
  }
}
