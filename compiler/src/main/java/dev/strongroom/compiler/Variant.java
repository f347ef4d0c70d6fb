package dev.strongroom.compiler;

import dev.strongroom.compiler.fuse.ConstantNodes;
import dev.strongroom.compiler.fuse.Partition;
import dev.strongroom.compiler.fuse.StageRewriter;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.compiler.plan.Residency;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.ProgramLimitException;

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
   * @throws ProgramLimitException if that makes a Program too long or too large
   */
  static Variant of(Graph graph, ConstantNodes constants, Partition partition, long blockLimit)
      throws UnsupportedModelException {
    Graph cut = constants.restore(StageRewriter.rewrite(graph, partition.stages()));
    Lowered lowered = Planner.share(Lowering.lower(cut, blockLimit));
    return new Variant(partition, blockLimit, lowered.macs(), Residency.of(lowered));
  }

  /** Bytes of the smallest footprint, placed quickly. */
  long leastFootprint() {
    return residency.least().footprint();
  }
}
