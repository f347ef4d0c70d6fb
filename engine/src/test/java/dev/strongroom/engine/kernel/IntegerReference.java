package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import java.math.BigInteger;

/** The oracle of {@link Lookup} and {@link Cast}. */
final class IntegerReference {
  private IntegerReference() {}

  static double at(Step.Cast step, int[] index) {
    long value = Elements.getInteger(step.in(), index);
    return step.out().type() == ElementType.I32 ? (int) value : value;
  }

  /** Sums of ids and rows are taken in numbers that cannot overflow. */
  static double at(Step.Lookup step, int[] index) {
    BigInteger row = BigInteger.valueOf(Elements.getInteger(step.ids(), index[0]));
    if (row.signum() < 0) {
      row = row.add(BigInteger.valueOf(step.totalRows()));
    }
    row = row.subtract(BigInteger.valueOf(step.firstRow()));
    if (row.signum() >= 0 && row.compareTo(BigInteger.valueOf(step.table().dim(0))) < 0) {
      return Elements.get(step.table(), row.intValueExact(), index[1]);
    }
    return step.merge() ? Elements.get(step.out(), index) : 0;
  }
}
