package dev.strongroom.compiler.place;

/**
 * What needs a place.
 *
 * @param bytes its size, at least 1. Offsets are sums of sizes: where all sizes are multiples of an
 *     alignment, all offsets are.
 * @param lifetime the steps at which it must not be overwritten
 */
public record Request(long bytes, Lifetime lifetime) {
  public Request {
    if (bytes < 1) {
      throw new IllegalArgumentException("a request is for at least 1 byte: bytes=" + bytes);
    }
  }

  /** Whether both are alive at some step, so that they must not share a byte. */
  public boolean meets(Request other) {
    return lifetime.meets(other.lifetime);
  }
}
