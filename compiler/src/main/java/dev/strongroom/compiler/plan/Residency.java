package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which weights stay in secure memory. Each resident byte saves opening one byte for every
 * step that uses it, so what is used most often stays first; but the largest weights that stream
 * set the size of the window. For each possible window, what is larger must stay; among those that
 * are used equally often the smallest stay first, since each opening has its price.
 */
public final class Residency {
  /** About what an opening step and its allocation take in the encoded Program. */
  private static final long TINY_BYTES = 64;

  private final Lowered lowered;
  private final Plan resident;
  private final Plan least;
  private final Map<Weights, Integer> uses;
  private final List<Weights> bySize;
  private final List<Weights> byWorth;

  private Residency(Lowered lowered) {
    this.lowered = lowered;
    this.resident = Planner.plan(lowered, w -> true, Effort.QUICK);
    Plan streamed = Planner.plan(lowered, w -> false, Effort.QUICK);
    // What is smaller than the step to open it may as well stay.
    Plan withTiny = Planner.plan(lowered, w -> w.bytes() <= TINY_BYTES, Effort.QUICK);
    this.least =
        streamed.layout().footprint() <= withTiny.layout().footprint() ? streamed : withTiny;
    this.uses = uses(lowered);
    this.bySize = uses.keySet().stream().sorted(Comparator.comparingLong(Weights::bytes)).toList();
    this.byWorth =
        bySize.stream()
            .sorted(Comparator.<Weights>comparingInt(w -> uses.getOrDefault(w, 0)).reversed())
            .toList();
  }

  /** The choices for {@code lowered}. */
  public static Residency of(Lowered lowered) {
    return new Residency(lowered);
  }

  /** The plan with everything streamed, or all but what is smaller than the step to open it. */
  public Plan least() {
    return least;
  }

  /** The plan with the fewest bytes opened that fits {@code budget}, if any fits. */
  public Optional<Plan> best(long budget) {
    if (resident.layout().footprint() <= budget) {
      return Optional.of(resident);
    }
    if (least.layout().footprint() > budget) {
      return Optional.empty();
    }
    Set<Weights> stay = mostSaving(budget);
    Plan plan = Planner.plan(lowered, stay::contains, Effort.QUICK);
    return Optional.of(plan.layout().footprint() <= budget ? plan : least);
  }

  private Set<Weights> mostSaving(long budget) {
    // The more stays, the fewer steps: the Program only gets smaller from here.
    long fixed =
        least.layout().footprint() - least.layout().windowBytes() - least.layout().residentBytes();
    Set<Weights> chosen = Set.of();
    long saved = 0;
    for (Weights largestStreamed : bySize) {
      Set<Weights> candidate = choose(largestStreamed, budget - fixed - largestStreamed.bytes());
      long saves = candidate.stream().mapToLong(w -> w.bytes() * uses.getOrDefault(w, 0)).sum();
      if (saves > saved) {
        chosen = candidate;
        saved = saves;
      }
    }
    return chosen;
  }

  /** How many steps read each weights: what streams is opened about as often. */
  private static Map<Weights, Integer> uses(Lowered lowered) {
    Map<Weights, Integer> uses = new LinkedHashMap<>();
    for (Draft draft : lowered.drafts()) {
      for (Region read : draft.reads()) {
        if (read.storage() instanceof Weights w) {
          uses.merge(w, 1, Integer::sum);
        }
      }
    }
    return uses;
  }

  /** What stays if {@code largestStreamed} is the largest that streams; empty if that cannot be. */
  private Set<Weights> choose(Weights largestStreamed, long room) {
    Set<Weights> stay = new HashSet<>();
    long left = room;
    for (Weights w : bySize.reversed()) {
      if (w.bytes() <= largestStreamed.bytes()) {
        break;
      }
      stay.add(w);
      left -= w.bytes();
    }
    if (left < 0) {
      return Set.of();
    }
    for (Weights w : byWorth) {
      if (!stay.contains(w) && w != largestStreamed && w.bytes() <= left) {
        stay.add(w);
        left -= w.bytes();
      }
    }
    return stay;
  }
}
