package dev.strongroom.cli;

import dev.strongroom.compiler.BudgetTooSmallException;
import java.util.List;

/**
 * The model does not fit the secure memory allowed: the message says what does, and what options
 * that were not given may make it need less.
 */
final class BudgetRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long smallestBudget;

  /**
   * @param options as they are given on the command line; none if all are in use
   */
  BudgetRefusedException(BudgetTooSmallException refusal, List<String> options) {
    super(
        "%s: allow at least that with --secure-memory %d%s"
            .formatted(
                Failures.messageOf(refusal),
                refusal.smallestBudget(),
                options.isEmpty()
                    ? ""
                    : "; %s may do with less".formatted(String.join(" or ", options))),
        refusal);
    this.smallestBudget = refusal.smallestBudget();
  }

  /** The smallest budget, in bytes, with which the model compiles as it was asked for. */
  long smallestBudget() {
    return smallestBudget;
  }
}
