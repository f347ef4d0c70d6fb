package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.program.Program;
import dev.strongroom.program.SecureLayout;
import dev.strongroom.program.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * @param ahead whether weights are opened while the ones before them are still in use
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
    List<String> allocationNames,
    boolean ahead) {

  /** Opening ahead may cost one more byte opened for so many. */
  private static final int MOST_MORE_OPENED = 5;

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
    Plan plan = Planner.plan(lowered, stay::contains, Effort.THOROUGH, ahead);
    // Other offsets may happen to be encoded in fewer bytes; the bound shall hold all the same.
    boolean smaller = plan.footprint() < footprint() && plan.footprint() >= lowerBound();
    return smaller ? plan : this;
  }

  /**
   * The same plan with weights opened ahead, if that fits {@code budget} and opens little more: the
   * room for it comes from weights that stay, those that are used least.
   */
  public Plan openingAhead(long budget) {
    long opened = bytesOpened();
    if (opened == 0 || ahead) {
      return this;
    }
    Set<Weights> stay = resident();
    List<Weights> leaving = leastWorth(stay);
    while (true) {
      Plan plan = Planner.plan(lowered, stay::contains, Effort.QUICK, true);
      if (plan.bytesOpened() > opened + opened / MOST_MORE_OPENED) {
        return this;
      }
      long over = plan.footprint() - budget;
      if (over <= 0) {
        return plan;
      }
      if (leaving.isEmpty()) {
        return this;
      }
      while (over > 0 && !leaving.isEmpty()) {
        Weights w = leaving.removeFirst();
        stay.remove(w);
        over -= w.bytes();
      }
    }
  }

  /** What could leave without needing a larger window, used least and largest first. */
  private List<Weights> leastWorth(Set<Weights> stay) {
    Map<Weights, Integer> uses = new HashMap<>();
    for (Draft draft : lowered.drafts()) {
      for (Region read : draft.reads()) {
        if (read.storage() instanceof Weights w) {
          uses.merge(w, 1, Integer::sum);
        }
      }
    }
    long largestStreamed =
        weights.stream().filter(w -> !stay.contains(w)).mapToLong(Weights::bytes).max().orElse(0);
    return new ArrayList<>(
        weights.stream()
            .filter(w -> stay.contains(w) && w.bytes() <= largestStreamed)
            .sorted(
                Comparator.<Weights>comparingInt(w -> uses.getOrDefault(w, 0))
                    .thenComparing(Comparator.comparingLong(Weights::bytes).reversed()))
            .toList());
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
