package dev.strongroom.bench.engine;

/**
 * How long one contestant took for an inference.
 *
 * @param threads it ran on
 * @param medianNanos of all that were timed
 * @param p90Nanos what nine tenths of them did not exceed
 * @param allocatedBytes of the heap, in the inference in which the calling thread took the fewest
 */
public record Timing(
    Contestant contestant, int threads, long medianNanos, long p90Nanos, long allocatedBytes) {
  public double medianMillis() {
    return medianNanos / 1e6;
  }

  public double p90Millis() {
    return p90Nanos / 1e6;
  }
}
