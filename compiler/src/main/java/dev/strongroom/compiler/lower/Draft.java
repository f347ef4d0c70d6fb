package dev.strongroom.compiler.lower;

import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;

/**
 * A step before placement.
 *
 * @param name of the node it comes from
 * @param reads operands read, in the step's order
 * @param write operand written
 * @param macs multiply-accumulates
 * @param aliasing what the step allows where operands could share memory
 * @param emitter makes the step once its operands have addresses
 */
public record Draft(
    String name, List<Region> reads, Region write, long macs, Aliasing aliasing, Emitter emitter) {

  public Draft {
    reads = List.copyOf(reads);
  }

  /** What a step allows where operands could share memory. */
  public enum Aliasing {
    /** Output and inputs must not overlap. */
    NONE,
    /** The output may lie exactly over an input of the same geometry. */
    MAY_OVERWRITE,
    /** Nothing but a copy: the producer of its input may write to its output at once. */
    COPY
  }

  /** Makes a step of placed operands. */
  @FunctionalInterface
  public interface Emitter {
    Step emit(List<View> reads, View write);
  }

  /** The same step on other operands. */
  public Draft with(List<Region> newReads, Region newWrite) {
    return new Draft(name, newReads, newWrite, macs, aliasing, emitter);
  }
}
