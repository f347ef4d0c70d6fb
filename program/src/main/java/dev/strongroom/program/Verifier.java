package dev.strongroom.program;

/**
 * Proves, before the first run and on the trusted side, what kernels then rely on without checks of
 * their own:
 *
 * <ul>
 *   <li>{@link HeaderRules}: all sizes are sane and add up below 2 GiB, chunks fit the staging
 *       buffer, ports are plain tensors with names;
 *   <li>{@link StepRules}: every view lies inside its space, every kernel's operands have the
 *       types, shapes and strides it indexes by, chunks are opened to where they fit, and every
 *       streamed chunk is;
 *   <li>{@link LivenessRules}: no two live tensors share a byte, every view lies inside one live
 *       tensor, nothing is read that this run has not written, no step writes what it reads, and
 *       every output is complete at the end.
 * </ul>
 *
 * <p>The work is bounded ({@link WorkBudget}); a Program that would need more is refused too.
 */
public final class Verifier {
  private Verifier() {}

  /**
   * Verifies {@code program}, decoded or built in memory.
   *
   * @throws InvalidProgramException if it breaks a rule, with the step and the values
   */
  public static VerifiedProgram verify(Program program) throws InvalidProgramException {
    HeaderRules.check(program);
    StepRules.check(program);
    LivenessRules.check(program, new WorkBudget(WorkBudget.DEFAULT_UNITS));
    return new VerifiedProgram(program);
  }
}
