package dev.strongroom.program;

/**
 * Refuses, in one sentence that begins with its subject, what does not hold.
 *
 * @param subject what is being checked, for instance "step 3 (Conv2d)"
 */
record Check(String subject) {

  /** The subject of everything about step {@code index}. */
  static Check step(int index, Step step) {
    return new Check("step " + index + " (" + step.getClass().getSimpleName() + ")");
  }

  /** The subject of everything about one of the inputs or outputs. */
  static Check port(String kind, int index, Port port) {
    return new Check(kind + " " + index + " (" + port.name() + ")");
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
