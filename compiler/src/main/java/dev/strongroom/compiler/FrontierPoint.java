package dev.strongroom.compiler;

/**
 * One trade of memory against computation that the compiler weighed.
 *
 * @param footprint secure memory in bytes
 * @param macs multiply-accumulates of one inference
 * @param chosen whether it is the one that was compiled
 */
public record FrontierPoint(long footprint, long macs, boolean chosen) {
  /**
   * @throws IllegalArgumentException if there is no memory, or a negative number of operations
   */
  public FrontierPoint {
    if (footprint <= 0 || macs < 0) {
      throw new IllegalArgumentException(
          "no point of a frontier: %d bytes, %d MACs".formatted(footprint, macs));
    }
  }
}
