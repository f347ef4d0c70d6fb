package dev.strongroom.compiler.place;

/** The placement with the smallest peak so far, in units. */
final class Best {
  private long[] offsets = {};
  private long peak = Long.MAX_VALUE;

  /** Takes {@code candidate} over if its peak is smaller. */
  boolean offer(long[] candidate, long candidatePeak) {
    if (candidatePeak >= peak) {
      return false;
    }
    offsets = candidate.clone();
    peak = candidatePeak;
    return true;
  }

  long[] offsets() {
    return offsets;
  }

  long peak() {
    return peak;
  }
}
