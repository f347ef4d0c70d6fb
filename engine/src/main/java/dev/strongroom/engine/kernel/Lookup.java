package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.getInt;
import static dev.strongroom.engine.kernel.UncheckedMemory.getLong;
import static dev.strongroom.engine.kernel.UncheckedMemory.putInt;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;

/**
 * {@link Step.Lookup}. The only kernel whose addresses depend on data, and so the only one that
 * checks: no verifier knows what ids a caller will send.
 */
final class Lookup implements Kernel {
  private final long ids;
  private final long idStep;
  private final boolean wide;
  private final int count;
  private final long table;
  private final long tableStep;
  private final int rows;
  private final long out;
  private final long outStep;
  private final int width;
  private final int firstRow;
  private final int totalRows;
  private final boolean merge;

  private Lookup(Step.Lookup step, Addresses addresses) {
    this.ids = addresses.of(step.ids());
    this.idStep = (long) step.ids().stride(0) * step.ids().type().bytes();
    this.wide = step.ids().type() == ElementType.I64;
    this.count = step.out().dim(0);
    this.table = addresses.of(step.table());
    this.tableStep = (long) step.table().stride(0) * Float.BYTES;
    this.rows = step.table().dim(0);
    this.out = addresses.of(step.out());
    this.outStep = (long) step.out().stride(0) * Float.BYTES;
    this.width = step.out().dim(1);
    this.firstRow = step.firstRow();
    this.totalRows = step.totalRows();
    this.merge = step.merge();
  }

  static Lookup bind(Step.Lookup step, Addresses addresses) {
    return new Lookup(step, addresses);
  }

  @Override
  public void run() {
    for (int t = 0; t < count; t++) {
      long at = ids + t * idStep;
      long id = wide ? getLong(at) : getInt(at);
      // Neither sum overflows: both summands are ints, or of different signs.
      long row = (id < 0 ? id + totalRows : id) - firstRow;
      if (row >= 0 && row < rows) {
        UncheckedMemory.copy(
            table + row * tableStep, out + t * outStep, (long) width * Float.BYTES);
      } else if (!merge) {
        zero(out + t * outStep);
      }
    }
  }

  private void zero(long row) {
    for (int i = 0; i < width; i++) {
      putInt(row + (long) i * Float.BYTES, 0);
    }
  }
}
