package dev.strongroom.compiler;

import dev.strongroom.compiler.fuse.ConstantNodes;
import dev.strongroom.compiler.fuse.Partition;
import dev.strongroom.compiler.fuse.ShortLives;
import dev.strongroom.compiler.fuse.StageSearch;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.ProgramLimitException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds the ways to cut a model that are worth planning, and plans them. */
final class VariantSearch {
  /**
   * The sizes, in bytes, to which layers are cut along their output channels, the whole layer
   * first. Smaller pieces make a smaller window and a longer Program.
   */
  private static final List<Long> BLOCK_LIMITS =
      List.of(Long.MAX_VALUE, 1L << 20, 1L << 19, 1L << 18, 1L << 17, 1L << 16, 1L << 15, 1L << 14);

  /** About where the window and the Program together are smallest. */
  private static final long USUAL_LIMIT = 1L << 15;

  private final ConstantNodes constants;

  /** Without the nodes that depend on constants only; in the model's order, and in a better one. */
  private final Graph given;

  private final Graph graph;

  private final StageSearch stages;

  /** The model as it is, every layer in one piece. */
  private final Lowered whole;

  private final long largestWeights;

  private final Map<Cut, Variant> known = new HashMap<>();
  private Optional<ProgramLimitException> tooLarge = Optional.empty();

  VariantSearch(Graph rewritten) throws UnsupportedModelException {
    constants = ConstantNodes.of(rewritten);
    given = constants.graph();
    graph = ShortLives.of(given);
    stages = new StageSearch(graph);
    whole = Lowering.lower(constants.restore(graph), Long.MAX_VALUE);
    largestWeights =
        whole.drafts().stream()
            .flatMap(draft -> draft.reads().stream())
            .map(Region::storage)
            .filter(Storage.Weights.class::isInstance)
            .mapToLong(Storage::bytes)
            .max()
            .orElse(0);
  }

  /** Multiply-accumulates of the model without anything computed twice or left out. */
  long ownMacs() {
    return whole.macs();
  }

  /**
   * The variants that are worth planning. Where more than the model's own multiply-accumulates are
   * allowed, they are those where no more are, and others.
   *
   * @param maxMacs the most multiply-accumulates allowed, relative to the model's own
   * @throws ProgramLimitException if every one of them makes a Program too long or too large
   */
  List<Variant> variants(double maxMacs, Progress progress) throws UnsupportedModelException {
    int third = Progress.WHOLE / 3;
    int sixth = third / 2;
    Set<Partition> nothingTwice = new LinkedHashSet<>(stages.frontier(1, progress.part(0, sixth)));
    Set<Partition> partitions = new LinkedHashSet<>(nothingTwice);
    partitions.addAll(stages.frontier(maxMacs, progress.part(sixth, third)));
    List<Variant> found = planned(usual(partitions), progress.part(third, 2 * third));
    // Other sizes of blocks for what is fastest and for what is smallest, also of what is found
    // while nothing may be computed twice.
    Partition first = partitions.iterator().next();
    Set<Partition> ends = new LinkedHashSet<>(List.of(first));
    smallest(found, nothingTwice::contains).ifPresent(ends::add);
    smallest(found, partition -> true).ifPresent(ends::add);
    List<Cut> others = new ArrayList<>();
    for (Partition partition : ends) {
      BLOCK_LIMITS.stream()
          .filter(this::differsFromUsual)
          .forEach(limit -> others.add(new Cut(false, partition, limit)));
    }
    if (!graph.nodes().equals(given.nodes())) {
      // Lives are estimated by nodes: in steps, the given order can do with less after all.
      BLOCK_LIMITS.stream()
          .filter(limit -> limit == USUAL_LIMIT || differsFromUsual(limit))
          .forEach(limit -> others.add(new Cut(true, first, limit)));
    }
    found.addAll(planned(others, progress.part(2 * third, Progress.WHOLE)));
    if (found.isEmpty()) {
      throw tooLarge.orElseThrow();
    }
    return found;
  }

  /**
   * @param given whether in the model's order, not in the better one
   * @param blockLimit the most bytes of weights in one block
   */
  private record Cut(boolean given, Partition partition, long blockLimit) {}

  private List<Cut> usual(Collection<Partition> partitions) {
    return partitions.stream().map(p -> new Cut(false, p, USUAL_LIMIT)).toList();
  }

  /** All of them but those whose Programs would be too long or too large: others need not be. */
  private List<Variant> planned(List<Cut> cuts, Progress progress)
      throws UnsupportedModelException {
    List<Variant> planned = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      progress.report("planning", i, cuts.size());
      Cut cut = cuts.get(i);
      try {
        Variant variant = known.get(cut);
        if (variant == null) {
          Graph order = cut.given() ? given : graph;
          variant = Variant.of(order, constants, cut.partition(), cut.blockLimit());
          known.put(cut, variant);
        }
        planned.add(variant);
      } catch (ProgramLimitException e) {
        tooLarge = Optional.of(e);
      }
    }
    return planned;
  }

  private static Optional<Partition> smallest(List<Variant> variants, Predicate<Partition> of) {
    return variants.stream()
        .filter(variant -> of.test(variant.partition()))
        .min(Comparator.comparingLong(Variant::leastFootprint))
        .map(Variant::partition);
  }

  /** A limit that no layer exceeds cuts none: one of those is enough. */
  private boolean differsFromUsual(long limit) {
    return limit < USUAL_LIMIT
        ? limit < largestWeights
        : limit > USUAL_LIMIT
            && USUAL_LIMIT < largestWeights
            && (limit == Long.MAX_VALUE || limit < largestWeights);
  }
}
