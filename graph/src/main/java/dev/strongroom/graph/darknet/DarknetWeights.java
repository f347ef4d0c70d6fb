package dev.strongroom.graph.darknet;

import java.nio.file.Path;

/** Where a network's weights come from. */
public sealed interface DarknetWeights {

  /** A .weights file, as Darknet saves it. */
  record File(Path path) implements DarknetWeights {}

  /**
   * Random ones, the same for the same seed on every machine: scaled so that activations keep their
   * size through deep networks, as He et al. (arXiv 1502.01852) do. They say nothing about
   * accuracy, but memory and time do not depend on the numbers.
   */
  record Seeded(long seed) implements DarknetWeights {}
}
