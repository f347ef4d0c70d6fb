package dev.strongroom.compiler;

/**
 * What the caller allows.
 *
 * @param secureMemoryBytes the most secure memory that the loaded model may take
 * @param maxMacs the most multiply-accumulates, relative to the model's own: 1 if nothing may be
 *     computed twice, 1.3 if that may cost three tenths more
 * @param wideFrontier whether {@link Compilation#frontier} shall also show what computing more than
 *     that would save; what is compiled does not depend on it
 * @param progress is told how far compiling has come
 */
public record CompileOptions(
    long secureMemoryBytes, double maxMacs, boolean wideFrontier, Progress progress) {
  /** The most that {@link #maxMacs} may be. */
  public static final double MOST_MACS = 100;

  /**
   * @throws IllegalArgumentException if the budget is not positive, or fewer multiply-accumulates
   *     are allowed than the model has
   */
  public CompileOptions {
    if (secureMemoryBytes <= 0) {
      throw new IllegalArgumentException(
          "a budget of %d bytes of secure memory is not positive".formatted(secureMemoryBytes));
    }
    if (!(maxMacs >= 1) || maxMacs > MOST_MACS) {
      throw new IllegalArgumentException(
          "the multiply-accumulates allowed must be 1 to %s times the model's own, not %s"
              .formatted(MOST_MACS, maxMacs));
    }
  }

  /** A budget of {@code bytes}, nothing computed twice. */
  public static CompileOptions forBudget(long bytes) {
    return new CompileOptions(bytes, 1, false, Progress.NONE);
  }

  /** As much secure memory as the model likes: all weights stay resident. */
  public static CompileOptions unlimited() {
    return forBudget(Long.MAX_VALUE);
  }

  /** These options with up to {@code factor} times the model's own multiply-accumulates. */
  public CompileOptions withMaxMacs(double factor) {
    return new CompileOptions(secureMemoryBytes, factor, wideFrontier, progress);
  }

  /** These options, for those who show the frontier. */
  public CompileOptions withWideFrontier() {
    return new CompileOptions(secureMemoryBytes, maxMacs, true, progress);
  }

  /** These options, telling {@code listener} how far compiling has come. */
  public CompileOptions withProgress(Progress listener) {
    return new CompileOptions(secureMemoryBytes, maxMacs, wideFrontier, listener);
  }
}
