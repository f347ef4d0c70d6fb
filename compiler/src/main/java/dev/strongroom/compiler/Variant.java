package dev.strongroom.compiler;

import dev.strongroom.compiler.fuse.ConstantNodes;
import dev.strongroom.compiler.fuse.Partition;
import dev.strongroom.compiler.fuse.StageRewriter;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Region;
import dev.strongroom.compiler.lower.Storage;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.compiler.plan.Residency;
import dev.strongroom.graph.Graph;
import java.util.Optional;

/**
 * One way to cut a model: into stages, and its layers' weights into blocks.
 *
 * @param partition the stages
 * @param blockLimit the most bytes of weights in one block
 * @param macs multiply-accumulates of all steps
 * @param residency which weights can stay
 */
record Variant(Partition partition, long blockLimit, long macs, Residency residency) {
  /**
   * @param graph without nodes that depend on constants only, which are in {@code constants}
   */
  static Variant of(Graph graph, ConstantNodes constants, Partition partition, long blockLimit)
      throws UnsupportedModelException {
    Graph cut = constants.restore(StageRewriter.rewrite(graph, partition.stages()));
    Lowered lowered = Planner.share(Lowering.lower(cut, blockLimit));
    return new Variant(partition, blockLimit, lowered.macs(), Residency.of(lowered));
  }

  /** Bytes of the largest block of weights if no layer is cut; 0 without weights. */
  static long largestWeights(Graph graph) throws UnsupportedModelException {
    return Lowering.lower(graph, Long.MAX_VALUE).drafts().stream()
        .flatMap(draft -> draft.reads().stream())
        .map(Region::storage)
        .filter(Storage.Weights.class::isInstance)
        .mapToLong(Storage::bytes)
        .max()
        .orElse(0);
  }

  Plan least() {
    return residency.least();
  }

  Optional<Plan> best(long budget) {
    return residency.best(budget);
  }

  /** Bytes of the smallest footprint. */
  long leastFootprint() {
    return least().layout().footprint();
  }
}
