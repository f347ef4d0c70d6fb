package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
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
 */
public record Plan(
    Program program,
    SecureLayout layout,
    List<Weights> weights,
    List<String> stepNames,
    List<Long> stepMacs,
    long arenaLowerBound,
    int bindingStep,
    Lowered lowered) {

  /** Plaintext bytes of weights opened during each inference. */
  public long bytesOpened() {
    return program.weightsBytes() - program.residentBytes();
  }

  /** The same plan with places that more effort was spent on; never larger. */
  public Plan placedThoroughly() {
    Set<Weights> resident = new HashSet<>();
    long bytes = 0;
    for (Weights w : weights) {
      bytes += w.bytes();
      if (bytes <= program.residentBytes()) {
        resident.add(w);
      }
    }
    return Planner.plan(lowered, resident::contains, Effort.THOROUGH);
  }
}
