package dev.strongroom.bench;

import dev.strongroom.compiler.place.Effort;
import dev.strongroom.compiler.place.Placement;
import java.time.Duration;

/** How small a memory an instance is placed in, and how long that takes. */
public final class PlacementBenchmark {
  private PlacementBenchmark() {}

  /**
   * What came of one instance.
   *
   * @param instance its name
   * @param capacity the bytes to do with
   * @param lowerBound the most bytes alive at once
   * @param peak one past the last byte that is used
   * @param optimal whether no placement can have a smaller peak
   * @param nodes how many nodes the exact search visited
   * @param seconds wall-clock time
   */
  public record Outcome(
      String instance,
      long capacity,
      long lowerBound,
      long peak,
      boolean optimal,
      long nodes,
      double seconds) {
    /** Whether the capacity suffices. */
    public boolean fits() {
      return peak <= capacity;
    }
  }

  /**
   * Places {@code instance}.
   *
   * @param capacity bytes that are small enough
   * @param minimize whether to go on below that
   * @param limit time after which the best so far counts
   */
  public static Outcome run(
      PlacementInstance instance, long capacity, boolean minimize, Duration limit) {
    long start = System.nanoTime();
    Placement.Result result =
        Placement.place(instance.requests(), Effort.within(limit, minimize ? 0 : capacity));
    return new Outcome(
        instance.name(),
        capacity,
        result.lowerBound(),
        result.peak(),
        result.optimal(),
        result.nodes(),
        (System.nanoTime() - start) / 1e9);
  }
}
