package dev.strongroom.compiler;

import dev.strongroom.compiler.fuse.ConstantNodes;
import dev.strongroom.compiler.fuse.Partition;
import dev.strongroom.compiler.fuse.ShortLives;
import dev.strongroom.compiler.fuse.StageSearch;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.graph.Graph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The ways to cut a model that are worth planning, and the best of them for a budget. */
final class Variants {
  /**
   * The sizes, in bytes, to which layers are cut along their output channels, the whole layer
   * first. Smaller pieces make a smaller window and a longer Program.
   */
  private static final List<Long> BLOCK_LIMITS =
      List.of(Long.MAX_VALUE, 1L << 20, 1L << 19, 1L << 18, 1L << 17, 1L << 16, 1L << 15, 1L << 14);

  /** About where the window and the Program together are smallest. */
  private static final long USUAL_LIMIT = 1L << 15;

  /** Opening a byte of weights takes about as long as this many multiply-accumulates. */
  private static final long MACS_A_BYTE = 20;

  /** So does a step more: a key schedule, a kernel's start. */
  private static final long MACS_A_STEP = 4096 * MACS_A_BYTE;

  private final List<Variant> all = new ArrayList<>();
  private final List<Variant> frontier = new ArrayList<>();

  private Variants() {}

  /**
   * @param maxMacs the most multiply-accumulates allowed, relative to the model's own
   */
  static Variants of(Graph rewritten, double maxMacs, Progress progress)
      throws UnsupportedModelException {
    ConstantNodes constants = ConstantNodes.of(rewritten);
    Graph graph = ShortLives.of(constants.graph());
    Set<Partition> nothingTwice = new LinkedHashSet<>(StageSearch.frontier(graph, 1));
    Set<Partition> different = new LinkedHashSet<>(nothingTwice);
    different.addAll(StageSearch.frontier(graph, maxMacs));
    List<Partition> partitions = List.copyOf(different);
    Variants variants = new Variants();
    int total = partitions.size() + 4 * BLOCK_LIMITS.size();
    for (Partition partition : partitions) {
      variants.frontier.add(Variant.of(graph, constants, partition, USUAL_LIMIT));
      progress.report("planning", variants.frontier.size(), total);
    }
    variants.all.addAll(variants.frontier);
    // Other sizes of blocks for what is fastest and for what is smallest, also of what is found
    // while nothing may be computed twice: allowing it must not make the smallest plan larger.
    Set<Partition> ends = new LinkedHashSet<>();
    ends.add(partitions.getFirst());
    ends.add(variants.smallest(nothingTwice::contains).partition());
    ends.add(variants.smallest(p -> true).partition());
    long whole = Variant.largestWeights(graph);
    for (Partition partition : ends) {
      for (long limit : BLOCK_LIMITS) {
        if (differsFromUsual(limit, whole)) {
          variants.all.add(Variant.of(graph, constants, partition, limit));
          progress.report("planning", variants.all.size(), total);
        }
      }
    }
    if (!graph.nodes().equals(constants.graph().nodes())) {
      // Lives are estimated by nodes: in steps, the given order can do with less after all.
      for (long limit : BLOCK_LIMITS) {
        if (limit == USUAL_LIMIT || differsFromUsual(limit, whole)) {
          variants.all.add(Variant.of(constants.graph(), constants, partitions.getFirst(), limit));
          progress.report("planning", variants.all.size(), total);
        }
      }
    }
    progress.report("planning", total, total);
    return variants;
  }

  /** A limit that no layer exceeds cuts none: one of those is enough. */
  private static boolean differsFromUsual(long limit, long largestWeights) {
    return limit < USUAL_LIMIT
        ? limit < largestWeights
        : limit > USUAL_LIMIT
            && USUAL_LIMIT < largestWeights
            && (limit == Long.MAX_VALUE || limit < largestWeights);
  }

  private Variant smallest(Predicate<Partition> of) {
    return frontier.stream()
        .filter(variant -> of.test(variant.partition()))
        .min(Comparator.comparingLong(Variant::leastFootprint))
        .orElseThrow();
  }

  /** Memory against multiply-accumulates: each way to cut the model, with all weights streamed. */
  List<FrontierPoint> frontier(Plan chosen) {
    List<FrontierPoint> points = new ArrayList<>();
    for (Variant variant : frontier) {
      points.add(new FrontierPoint(variant.leastFootprint(), variant.macs(), false));
    }
    long macs = chosen.stepMacs().stream().mapToLong(Long::longValue).sum();
    points.add(new FrontierPoint(chosen.layout().footprint(), macs, true));
    return points;
  }

  /** Multiply-accumulates of the model without anything computed twice. */
  long ownMacs() {
    return frontier.getFirst().macs();
  }

  /** The plan that costs the least time during an inference, of all that fit. */
  Optional<Plan> best(long budget) {
    return all.stream()
        .map(variant -> variant.best(budget).map(plan -> new Priced(plan, cost(variant, plan))))
        .flatMap(Optional::stream)
        .min(
            Comparator.comparingLong(Priced::cost)
                .thenComparingLong(p -> p.plan().layout().footprint()))
        .map(Priced::plan);
  }

  private record Priced(Plan plan, long cost) {}

  private static long cost(Variant variant, Plan plan) {
    return variant.macs()
        + MACS_A_BYTE * plan.bytesOpened()
        + MACS_A_STEP * plan.program().steps().size();
  }

  /**
   * The plan with the smallest footprint. What is best in a budget may stay below it (a resident
   * tensor needs no step that opens it), so the budget is lowered until it is used to the byte.
   */
  Plan least() {
    Plan least =
        all.stream().min(Comparator.comparingLong(Variant::leastFootprint)).orElseThrow().least();
    while (true) {
      long footprint = least.layout().footprint();
      Optional<Plan> smaller =
          all.stream()
              .map(variant -> variant.best(footprint))
              .flatMap(Optional::stream)
              .filter(plan -> plan.layout().footprint() < footprint)
              .min(Comparator.comparingLong(plan -> plan.layout().footprint()));
      if (smaller.isEmpty()) {
        return placedBest(least);
      }
      least = smaller.get();
    }
  }

  /**
   * The smallest of {@code least} and all plans that could be smaller if they were placed better.
   */
  private Plan placedBest(Plan least) {
    Plan best = least.placedThoroughly();
    for (Variant variant : all) {
      Plan plan = variant.least();
      if (plan.layout().footprint() - plan.arenaGap() < best.layout().footprint()) {
        Plan placed = plan.placedThoroughly();
        if (placed.layout().footprint() < best.layout().footprint()) {
          best = placed;
        }
      }
    }
    return best;
  }
}
