package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which weights stay in secure memory. Each resident byte saves opening one byte per
 * inference, so the aim is to fill the budget; but the largest weights that stream set the size of
 * the window. For each possible window, what is larger must stay, and then the smallest stay first,
 * since each opening has its price.
 */
public final class Residency {
  /** About what an opening step and its allocation take in the encoded Program. */
  private static final long TINY_BYTES = 64;

  private Residency() {}

  /** The plan with the fewest bytes opened that fits {@code budget}, if any fits. */
  public static Optional<Plan> best(Lowered lowered, long budget) {
    Set<Weights> all = new LinkedHashSet<>();
    lowered
        .drafts()
        .forEach(
            d ->
                d.reads().stream()
                    .filter(r -> r.storage() instanceof Weights)
                    .forEach(r -> all.add((Weights) r.storage())));
    Plan resident = Planner.plan(lowered, w -> true, Effort.QUICK);
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
    List<Weights> bySize = all.stream().sorted(Comparator.comparingLong(Weights::bytes)).toList();
    Set<Weights> chosen = Set.of();
    for (Weights largestStreamed : bySize) {
      Set<Weights> candidate =
          choose(bySize, largestStreamed, budget - fixed - largestStreamed.bytes());
      if (bytes(candidate) > bytes(chosen)) {
        chosen = candidate;
      }
    }
    Set<Weights> stay = chosen;
    Plan plan = Planner.plan(lowered, stay::contains, Effort.QUICK);
    return Optional.of(plan.layout().footprint() <= budget ? plan : least);
  }

  /** The plan with everything streamed, or all but what is smaller than the step to open it. */
  public static Plan least(Lowered lowered) {
    Plan streamed = Planner.plan(lowered, w -> false, Effort.QUICK);
    Plan withTiny = Planner.plan(lowered, w -> w.bytes() <= TINY_BYTES, Effort.QUICK);
    return streamed.layout().footprint() <= withTiny.layout().footprint() ? streamed : withTiny;
  }

  /** What stays if {@code largestStreamed} is the largest that streams; empty if that cannot be. */
  private static Set<Weights> choose(List<Weights> bySize, Weights largestStreamed, long room) {
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
    for (Weights w : bySize) {
      if (!stay.contains(w) && w != largestStreamed && w.bytes() <= left) {
        stay.add(w);
        left -= w.bytes();
      }
    }
    return stay;
  }

  private static long bytes(Collection<Weights> weights) {
    return weights.stream().mapToLong(Weights::bytes).sum();
  }
}
