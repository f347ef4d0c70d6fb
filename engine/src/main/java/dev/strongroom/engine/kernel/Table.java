package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getByte;
import static dev.strongroom.engine.kernel.UncheckedMemory.putByte;

import dev.strongroom.program.Step;

/** {@link Step.Table}: each byte looked up. */
final class Table extends RowKernel {
  /** Where the entry of 0 lies. */
  private final long middle;

  private final int n;
  private final long outStep;
  private final long inStep;

  private Table(Dimensions walk, long out, long in, long table) {
    super(walk.outer(1), out, in);
    this.middle = table - Byte.MIN_VALUE;
    this.n = walk.innermost().size();
    this.outStep = walk.innermost().steps()[0];
    this.inStep = walk.innermost().steps()[1];
  }

  static Table bind(Step.Table step, Addresses addresses) {
    Dimensions walk =
        Dimensions.reordered(Dimensions.of(0, step.out().rank(), step.out(), step.in()), 2);
    return new Table(
        walk, addresses.of(step.out()), addresses.of(step.in()), addresses.of(step.table()));
  }

  @Override
  void row(long out, long in, long unused) {
    for (int i = 0; i < n; i++) {
      putByte(out + i * outStep, getByte(middle + getByte(in + i * inStep)));
    }
  }
}
