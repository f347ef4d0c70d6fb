package dev.strongroom.compiler.order;

import org.jspecify.annotations.Nullable;

/**
 * How much work a search may still do, in looks at a task. Counted instead of timed, so that the
 * same problem always gets the same order.
 */
final class Effort {
  private final @Nullable Effort whole;
  private long left;

  private Effort(@Nullable Effort whole, long looks) {
    this.whole = whole;
    left = looks;
  }

  static Effort of(long looks) {
    return new Effort(null, looks);
  }

  /** One of {@code parts} equal parts of what is left; spending it spends this too. */
  Effort part(int parts) {
    return new Effort(this, left / parts);
  }

  long left() {
    return left;
  }

  boolean isSpent() {
    return left <= 0;
  }

  void spend(long looks) {
    left -= looks;
    if (whole != null) {
      whole.spend(looks);
    }
  }
}
