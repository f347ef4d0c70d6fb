package dev.strongroom.program;

/**
 * Refuses, in one sentence that begins with its subject, what does not hold.
 *
 * @param subject what is being checked, for instance "step 3 (Conv2d)"
 */
record Check(String subject) {

  /** The subject of everything about step {@code index}. */
  static Check step(int index, Step step) {
    return new Check("step %d (%s)".formatted(index, step.getClass().getSimpleName()));
  }

  /** Refuses unless {@code holds}; {@code format} with {@code values} says what does not. */
  void that(boolean holds, String format, Object... values) throws InvalidProgramException {
    if (!holds) {
      throw refusal(format, values);
    }
  }

  /** The refusal itself, for where the compiler must see that nothing follows. */
  InvalidProgramException refusal(String format, Object... values) {
    return new InvalidProgramException(subject + ": " + format.formatted(values));
  }
}
