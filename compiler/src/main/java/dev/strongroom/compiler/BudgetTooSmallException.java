package dev.strongroom.compiler;

/**
 * The model cannot be run in the secure memory allowed; the message says the smallest that works.
 */
public final class BudgetTooSmallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long smallestBudget;

  BudgetTooSmallException(String model, long budget, long smallestBudget) {
    super(
        "%s needs at least %,d bytes (%s) of secure memory, but only %,d bytes (%s) are allowed"
            .formatted(model, smallestBudget, kib(smallestBudget), budget, kib(budget)));
    this.smallestBudget = smallestBudget;
  }

  private static String kib(long bytes) {
    return "%.1f KiB".formatted(bytes / 1024.0);
  }

  /** The smallest budget, in bytes, with which the model compiles. */
  public long smallestBudget() {
    return smallestBudget;
  }
}
