package dev.strongroom.bench.memory;

import dev.strongroom.graph.Graph;
import java.util.OptionalInt;

/**
 * A network whose secure memory is measured, batch 1.
 *
 * @param name for people, and to choose it by
 * @param input what it takes, such as {@code 256x256}
 * @param dataType of its weights and activations, {@code fp32} or {@code int8}
 * @param weights where they come from: memory and time do not depend on their values, answers do
 * @param releasedHeapMiB the heap that SmartZone's released S-Tinylib (arXiv 2403.12568) gives a
 *     trusted application for this network, as computed from the source of that release; empty
 *     where it has no such network
 * @param source where the graph is read from
 */
public record Network(
    String name,
    String input,
    String dataType,
    Weights weights,
    OptionalInt releasedHeapMiB,
    Source source) {

  /** Where weights come from. */
  public enum Weights {
    /** Learnt by somebody. */
    TRAINED,
    /** Drawn at random from a fixed seed. */
    SEEDED
  }

  /** Reads a graph. */
  @FunctionalInterface
  public interface Source {
    /**
     * @throws Exception if the model cannot be read, or not be quantised
     */
    Graph read() throws Exception;
  }
}
