package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Step;
import java.util.List;

/**
 * A Program whose weights are not packed yet, and what is known about it.
 *
 * @param program complete but for the digest of its weights
 * @param layout its exact secure footprint
 * @param weights in the order of the Program's chunks
 * @param stepNames one a step, for people
 * @param stepMacs multiply-accumulates of each step
 * @param arenaLowerBound the most bytes of activations alive at any step
 * @param bindingStep the step at which they are
 * @param allocationNames the tensor or weights behind each of the Program's allocations, for people
 */
public record Plan(
    Program program,
    SecureLayout layout,
    List<Weights> weights,
    List<String> stepNames,
    List<Long> stepMacs,
    long arenaLowerBound,
    int bindingStep,
    List<String> allocationNames) {

  /** Plaintext bytes of weights opened during each inference. */
  public long bytesOpened() {
    return program.steps().stream()
        .filter(Step.Open.class::isInstance)
        .mapToLong(open -> open.writes().extent())
        .sum();
  }
}
