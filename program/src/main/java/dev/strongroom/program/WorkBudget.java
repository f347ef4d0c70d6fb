package dev.strongroom.program;

/**
 * How much the verifier does before it refuses a Program for taking too long: one unit is about one
 * run of bytes looked at, or 64 words of a run.
 */
final class WorkBudget {
  /**
   * About a second on one core. A program of 1,000 steps whose three tensors of a million elements
   * each are all scattered in single pixels of 16 channels needs 200 million.
   */
  static final long DEFAULT_UNITS = 1L << 28;

  private final long units;
  private long left;

  WorkBudget(long units) {
    this.units = units;
    this.left = units;
  }

  void spend(long amount) throws InvalidProgramException {
    if (amount > left) {
      throw new InvalidProgramException(
          "verifying would take more than %d units of work: the views are scattered too finely"
              .formatted(units));
    }
    left -= amount;
  }
}
