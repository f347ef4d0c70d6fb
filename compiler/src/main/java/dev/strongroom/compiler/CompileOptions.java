package dev.strongroom.compiler;

/**
 * What the caller allows.
 *
 * @param secureMemoryBytes the most secure memory that the loaded model may take
 */
public record CompileOptions(long secureMemoryBytes) {
  /**
   * @throws IllegalArgumentException if the budget is not positive
   */
  public CompileOptions {
    if (secureMemoryBytes <= 0) {
      throw new IllegalArgumentException(
          "a budget of %d bytes of secure memory is not positive".formatted(secureMemoryBytes));
    }
  }

  /** A budget of {@code bytes}. */
  public static CompileOptions forBudget(long bytes) {
    return new CompileOptions(bytes);
  }

  /** As much secure memory as the model likes: all weights stay resident. */
  public static CompileOptions unlimited() {
    return new CompileOptions(Long.MAX_VALUE);
  }
}
