package dev.strongroom.program;

/** A Program that the {@link Verifier} has proved safe to run. Only the Verifier makes one. */
public final class VerifiedProgram {
  private final Program program;

  VerifiedProgram(Program program) {
    this.program = program;
  }

  public Program program() {
    return program;
  }
}
