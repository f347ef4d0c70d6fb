package dev.strongroom.compiler.fuse;

import java.util.List;

/**
 * A choice of stages for a whole graph.
 *
 * @param stages in ascending order; what lies between runs node by node
 * @param peak estimate of the most bytes of activations alive at once
 * @param extraMacs multiply-accumulates that strips compute twice
 */
public record Partition(List<Stage> stages, long peak, long extraMacs) {
  public Partition {
    stages = List.copyOf(stages);
  }
}
