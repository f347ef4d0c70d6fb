package dev.strongroom.cli;

/**
 * A request that cannot be met: exit status 1. The message is one plain sentence: what is wrong,
 * where, and what to do.
 */
public final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  public RequestException(String message) {
    super(message);
  }

  public RequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
