package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
 * @param lowered what it is a plan of
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
    Lowered lowered,
    List<String> allocationNames) {

  /** Plaintext bytes of weights opened during each inference. */
  public long bytesOpened() {
    return program.steps().stream()
        .filter(Step.Open.class::isInstance)
        .mapToLong(open -> open.writes().extent())
        .sum();
  }

  /** Bytes of the arena beyond what is alive at once. */
  public long arenaGap() {
    return Math.max(0, layout.arenaBytes() - Program.align(arenaLowerBound));
  }

  /** Multiply-accumulates of all steps. */
  public long macs() {
    return stepMacs.stream().mapToLong(Long::longValue).sum();
  }

  /** Bytes of secure memory that it takes as a whole. */
  public long footprint() {
    return layout.footprint();
  }

  /** Its footprint if nothing lay idle in the arena: {@link #placedThoroughly} takes no less. */
  public long lowerBound() {
    return footprint() - arenaGap();
  }

  /** The same plan with places that more effort was spent on, where that may help; never larger. */
  public Plan placedThoroughly() {
    if (arenaGap() == 0) {
      return this;
    }
    Set<Weights> stay = resident();
    Plan plan = Planner.plan(lowered, stay::contains, Effort.THOROUGH);
    // Other offsets may happen to be encoded in fewer bytes; the bound shall hold all the same.
    boolean smaller = plan.footprint() < footprint() && plan.footprint() >= lowerBound();
    return smaller ? plan : this;
  }

  /** What resident weights there are; their chunks come first. */
  private Set<Weights> resident() {
    Set<Weights> resident = new HashSet<>();
    long bytes = 0;
    for (Weights w : weights) {
      bytes += w.bytes();
      if (bytes > program.residentBytes()) {
        break;
      }
      resident.add(w);
    }
    return resident;
  }
}
