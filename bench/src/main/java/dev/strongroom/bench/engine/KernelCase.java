package dev.strongroom.bench.engine;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Step;
import java.util.function.Function;

/**
 * A step to be timed.
 *
 * @param name says what is computed, on what sizes
 * @param work what is counted
 * @param amount how much of it a run does
 * @param step makes the step, its operands from a {@link StepProgram}
 */
record KernelCase(String name, Work work, long amount, Function<StepProgram, Step> step) {
  /** What a kernel's speed is counted in. */
  enum Work {
    /** Additions and multiplications. */
    OPERATIONS,
    /** Elements: what is computed of each is no fixed number of operations. */
    ELEMENTS
  }

  /** A model of this step alone. */
  CompiledModel model() {
    StepProgram program = new StepProgram();
    return program.build(step.apply(program));
  }
}
