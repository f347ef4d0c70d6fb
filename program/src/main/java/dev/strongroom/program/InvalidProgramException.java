package dev.strongroom.program;

/**
 * A Program, or its encoding, that breaks a rule. The message says which, where and with what
 * values.
 */
public final class InvalidProgramException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidProgramException(String message) {
    super(message);
  }
}
