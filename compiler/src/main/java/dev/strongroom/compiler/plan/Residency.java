package dev.strongroom.compiler.plan;

import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramLimitException;
import java.util.ArrayList;
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
  private final Map<Weights, Integer> uses;
  private final List<Weights> bySize;
  private final List<Weights> byWorth;
  private final List<Choice> choices;

  /**
   * A plan that depends on no budget: all weights up to a size stay. It is made anew whenever it is
   * wanted, since there are a hundred of them to each that is used.
   *
   * @param limit the most bytes of weights that stay
   * @param footprint of the plan, placed quickly
   * @param lowerBound its {@link Plan#lowerBound}
   */
  public record Choice(Lowered lowered, long limit, long footprint, long lowerBound) {
    private static Choice of(Lowered lowered, long limit) {
      Plan plan = plan(lowered, limit);
      return new Choice(lowered, limit, plan.footprint(), plan.lowerBound());
    }

    private static Plan plan(Lowered lowered, long limit) {
      return Planner.plan(lowered, w -> w.bytes() <= limit, Effort.QUICK);
    }

    /** The plan, placed quickly. */
    public Plan plan() {
      return plan(lowered, limit);
    }
  }

  private Residency(Lowered lowered) {
    this.lowered = lowered;
    this.uses = uses(lowered);
    Comparator<Weights> fewestUses = Comparator.comparingInt(w -> uses.getOrDefault(w, 0));
    this.bySize =
        uses.keySet().stream()
            .sorted(Comparator.comparingLong(Weights::bytes).thenComparing(fewestUses))
            .toList();
    this.byWorth = bySize.stream().sorted(fewestUses.reversed()).toList();
    this.choices = possibleChoices();
  }

  /**
   * The choices for {@code lowered}.
   *
   * @throws ProgramLimitException if each of them makes a Program too long or too large
   */
  public static Residency of(Lowered lowered) {
    return new Residency(lowered);
  }

  /** Nothing stays; what is smaller than the step to open it, which may as well; everything. */
  private List<Choice> possibleChoices() {
    List<Choice> possible = new ArrayList<>();
    Optional<ProgramLimitException> problem = Optional.empty();
    for (long limit : List.of(0L, largest(TINY_BYTES), largest(Long.MAX_VALUE))) {
      if (possible.isEmpty() || possible.getLast().limit() < limit) {
        try {
          possible.add(Choice.of(lowered, limit));
        } catch (ProgramLimitException e) {
          problem = Optional.of(e);
        }
      }
    }
    if (possible.isEmpty()) {
      throw problem.orElseThrow();
    }
    return List.copyOf(possible);
  }

  /** Bytes of the largest weights that are no larger than {@code limit}; 0 if none are. */
  private long largest(long limit) {
    return bySize.stream().mapToLong(Weights::bytes).filter(b -> b <= limit).max().orElse(0);
  }

  /** The plans that depend on no budget, the one in which the least stays first. */
  public List<Choice> choices() {
    return choices;
  }

  /** The smallest of them. */
  public Choice least() {
    return choices.stream().min(Comparator.comparingLong(Choice::footprint)).orElseThrow();
  }

  /** The plan with the fewest bytes opened that fits {@code budget}, if any fits. */
  public Optional<Plan> best(long budget) {
    Choice most = choices.getLast();
    if (most.limit() == largest(Long.MAX_VALUE) && most.footprint() <= budget) {
      return Optional.of(most.plan());
    }
    return least().footprint() <= budget
        ? Optional.of(mostSaving(Math.min(budget, Integer.MAX_VALUE)))
        : Optional.empty();
  }

  private Plan mostSaving(long budget) {
    Plan least = least().plan();
    // What else a plan takes is about the same; where it is more after all, less may stay.
    long other = least.footprint() - least.layout().windowBytes() - least.layout().residentBytes();
    for (long more = 0; ; ) {
      Set<Weights> stay = mostSaving(budget, other + more);
      if (stay.isEmpty()) {
        return least;
      }
      Plan plan = Planner.plan(lowered, stay::contains, Effort.QUICK);
      if (plan.footprint() <= budget) {
        return plan;
      }
      more = Math.max(Program.ALIGNMENT, 2 * more);
    }
  }

  /**
   * What stays so that the fewest bytes are opened, if {@code other} bytes of a budget are taken.
   */
  private Set<Weights> mostSaving(long budget, long other) {
    Set<Weights> chosen = Set.of();
    long saved = 0;
    long window = 0;
    for (Weights largestStreamed : bySize) {
      if (largestStreamed.bytes() == window) {
        continue; // One of that size streams already, the one that is used least.
      }
      window = largestStreamed.bytes();
      Set<Weights> candidate = choose(largestStreamed, budget - other - window);
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
