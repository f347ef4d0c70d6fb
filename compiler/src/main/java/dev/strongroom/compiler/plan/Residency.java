package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Weights;
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

  private Residency() {}

  /** The plan with the fewest bytes opened that fits {@code budget}, if any fits. */
  public static Optional<Plan> best(Lowered lowered, long budget) {
    Plan resident = Planner.plan(lowered, w -> true);
    if (resident.layout().footprint() <= budget) {
      return Optional.of(resident);
    }
    Plan least = least(lowered);
    if (least.layout().footprint() > budget) {
      return Optional.empty();
    }
    // The more stays, the fewer steps: the Program only gets smaller from here.
    long fixed =
        least.layout().footprint() - least.layout().windowBytes() - least.layout().residentBytes();
    Map<Weights, Integer> uses = uses(lowered);
    List<Weights> bySize =
        uses.keySet().stream().sorted(Comparator.comparingLong(Weights::bytes)).toList();
    List<Weights> byWorth =
        bySize.stream()
            .sorted(Comparator.<Weights>comparingInt(w -> uses.getOrDefault(w, 0)).reversed())
            .toList();
    Set<Weights> chosen = Set.of();
    long saved = 0;
    for (Weights largestStreamed : bySize) {
      Set<Weights> candidate =
          choose(bySize, byWorth, largestStreamed, budget - fixed - largestStreamed.bytes());
      long saves = candidate.stream().mapToLong(w -> w.bytes() * uses.getOrDefault(w, 0)).sum();
      if (saves > saved) {
        chosen = candidate;
        saved = saves;
      }
    }
    Set<Weights> stay = chosen;
    Plan plan = Planner.plan(lowered, stay::contains);
    return Optional.of(plan.layout().footprint() <= budget ? plan : least);
  }

  /** The plan with everything streamed, or all but what is smaller than the step to open it. */
  public static Plan least(Lowered lowered) {
    Plan streamed = Planner.plan(lowered, w -> false);
    Plan withTiny = Planner.plan(lowered, w -> w.bytes() <= TINY_BYTES);
    return streamed.layout().footprint() <= withTiny.layout().footprint() ? streamed : withTiny;
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
  private static Set<Weights> choose(
      List<Weights> bySize, List<Weights> byWorth, Weights largestStreamed, long room) {
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
