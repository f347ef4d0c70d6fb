package dev.strongroom.engine.kernel;

import dev.strongroom.engine.kernel.Dimensions.Dimension;
import java.util.List;

/**
 * Walks up to three operands along their outer dimensions and leaves the innermost work to a
 * subclass, with the addresses at which each operand stands.
 */
abstract class RowKernel implements Kernel {
  private final long[] origins;
  private final int[] sizes;
  private final long[][] steps;
  private final int[] index;

  /**
   * @param outer the dimensions to walk; steps per operand
   * @param origins where the operands start; as many as steps
   */
  RowKernel(List<Dimension> outer, long... origins) {
    this.origins = new long[3];
    System.arraycopy(origins, 0, this.origins, 0, origins.length);
    this.sizes = outer.stream().mapToInt(Dimension::size).toArray();
    this.steps = new long[outer.size()][3];
    for (int d = 0; d < steps.length; d++) {
      System.arraycopy(outer.get(d).steps(), 0, steps[d], 0, origins.length);
    }
    this.index = new int[sizes.length];
  }

  /** Does what is left: {@code first} to {@code third} are addresses in the operands' order. */
  abstract void row(long first, long second, long third);

  @Override
  public final void run() {
    long first = origins[0];
    long second = origins[1];
    long third = origins[2];
    while (true) {
      row(first, second, third);
      int d = sizes.length - 1;
      while (d >= 0 && ++index[d] == sizes[d]) {
        index[d] = 0;
        first -= steps[d][0] * (sizes[d] - 1);
        second -= steps[d][1] * (sizes[d] - 1);
        third -= steps[d][2] * (sizes[d] - 1);
        d--;
      }
      if (d < 0) {
        return;
      }
      first += steps[d][0];
      second += steps[d][1];
      third += steps[d][2];
    }
  }
}
