package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getInt;
import static dev.strongroom.engine.kernel.UncheckedMemory.getLong;
import static dev.strongroom.engine.kernel.UncheckedMemory.putFloat;
import static dev.strongroom.engine.kernel.UncheckedMemory.putInt;
import static dev.strongroom.engine.kernel.UncheckedMemory.putLong;

import dev.strongroom.engine.kernel.Dimensions.Dimension;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;

/** {@link Step.Cast}, one element after another: what is cast are a few ids and masks. */
final class Cast extends RowKernel {
  private final Dimension elements;
  private final boolean wide;
  private final ElementType to;

  private Cast(Dimensions walk, boolean wide, ElementType to, long out, long in) {
    super(walk.outer(1), out, in);
    this.elements = walk.innermost();
    this.wide = wide;
    this.to = to;
  }

  static Cast bind(Step.Cast step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    return new Cast(
        walk,
        step.in().type() == ElementType.I64,
        step.out().type(),
        addresses.of(step.out()),
        addresses.of(step.in()));
  }

  @Override
  void row(long out, long in, long unused) {
    long outStep = elements.steps()[0];
    long inStep = elements.steps()[1];
    for (int i = 0; i < elements.size(); i++) {
      long at = in + i * inStep;
      long value = wide ? getLong(at) : getInt(at);
      switch (to) {
        case F32 -> putFloat(out + i * outStep, value);
        case I64 -> putLong(out + i * outStep, value);
        default -> putInt(out + i * outStep, (int) value);
      }
    }
  }
}
