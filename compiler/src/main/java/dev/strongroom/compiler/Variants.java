package dev.strongroom.compiler;

import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.plan.Residency;
import dev.strongroom.graph.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ways to cut a model, and the best of them for a budget.
 *
 * @param search what found them
 * @param all at least one
 * @param least the plan with the smallest footprint
 */
record Variants(VariantSearch search, List<Variant> all, Plan least) {
  /** Opening a byte of weights takes about as long as this many multiply-accumulates. */
  private static final long MACS_A_BYTE = 20;

  /** So does a step more: a key schedule, a kernel's start. */
  private static final long MACS_A_STEP = 4096 * MACS_A_BYTE;

  /** What a wide frontier looks at, relative to the model's own multiply-accumulates. */
  private static final List<Double> DRAWN_MACS = List.of(1.3, 2.0);

  /** About how much of the work the planning is; the rest is placing. */
  private static final int PLANNED = Progress.WHOLE * 3 / 4;

  /** Plans the variants of a model. */
  static Variants of(Graph rewritten, CompileOptions options, Progress progress)
      throws UnsupportedModelException {
    VariantSearch search = new VariantSearch(rewritten);
    List<Variant> all = search.variants(options.maxMacs(), progress.part(0, PLANNED));
    return new Variants(search, all, leastOf(all, progress.part(PLANNED, Progress.WHOLE)));
  }

  /**
   * The smallest of all plans that depend on no budget, each placed as well as it can be: with more
   * variants it can only become smaller.
   */
  private static Plan leastOf(List<Variant> variants, Progress progress) {
    List<Residency.Choice> smallestFirst =
        variants.stream()
            .flatMap(variant -> variant.residency().choices().stream())
            .sorted(Comparator.comparingLong(Residency.Choice::footprint))
            .toList();
    Plan least = smallestFirst.getFirst().plan().placedThoroughly();
    for (int i = 1; i < smallestFirst.size(); i++) {
      progress.report("placing", i, smallestFirst.size());
      if (smallestFirst.get(i).lowerBound() < least.footprint()) {
        Plan placed = smallestFirst.get(i).plan().placedThoroughly();
        least = placed.footprint() < least.footprint() ? placed : least;
      }
    }
    return least;
  }

  /** Bytes of the smallest footprint. */
  long smallest() {
    return least.footprint();
  }

  /**
   * The plan that costs the least time during an inference, of all that fit. None is smaller than
   * {@link #least}, which serves where no other does: what is called smallest stays it.
   *
   * @param budget in bytes, at least {@link #smallest}
   */
  Plan best(long budget, Progress progress) {
    return IntStream.range(0, all.size())
        .boxed()
        .flatMap(
            i -> {
              progress.report("placing", i, all.size());
              return all
                  .get(i)
                  .residency()
                  .best(budget)
                  .map(p -> Priced.of(all.get(i), p))
                  .stream();
            })
        .min(Comparator.comparingLong(Priced::cost).thenComparingLong(p -> p.plan().footprint()))
        .map(priced -> priced.plan().openingAhead(budget).placedThoroughly())
        .filter(plan -> plan.footprint() >= smallest())
        .orElse(least);
  }

  /**
   * Memory against multiply-accumulates, with as little resident as can be, and the plan chosen.
   *
   * @param wide whether to look at more multiply-accumulates than these variants have
   */
  List<FrontierPoint> frontier(Plan chosen, boolean wide) throws UnsupportedModelException {
    Frontier frontier = new Frontier();
    frontier.add(least);
    all.forEach(frontier::add);
    for (double factor : wide ? DRAWN_MACS : List.<Double>of()) {
      search.variants(factor, Progress.NONE).forEach(frontier::add);
    }
    return frontier.with(chosen);
  }

  /**
   * @param cost in multiply-accumulates
   */
  private record Priced(Plan plan, long cost) {
    static Priced of(Variant variant, Plan plan) {
      return new Priced(
          plan,
          variant.macs()
              + MACS_A_BYTE * plan.bytesOpened()
              + MACS_A_STEP * plan.program().steps().size());
    }
  }
}
