package dev.strongroom.bench.engine;

import java.util.Arrays;

/** How long each of several runs took, in nanoseconds. */
final class Samples {
  private final long[] sorted;

  Samples(long... nanos) {
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  long median() {
    return quantile(0.5);
  }

  /** The least time that a share {@code q} of the runs did not exceed (nearest rank). */
  long quantile(double q) {
    return sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
  }
}
