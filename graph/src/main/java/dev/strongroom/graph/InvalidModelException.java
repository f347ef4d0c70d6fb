package dev.strongroom.graph;

/**
 * A model file that cannot be used. The message is one sentence for the person who brought the
 * file: what is wrong, where, and what to do.
 */
public class InvalidModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidModelException(String message) {
    super(message);
  }

  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
