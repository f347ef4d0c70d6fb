package dev.strongroom.program;

/**
 * A Program that would be larger than its encoding can say. Nothing is wrong with it but its size;
 * the message says which, with the values.
 */
public final class ProgramLimitException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public ProgramLimitException(String message) {
    super(message);
  }
}
