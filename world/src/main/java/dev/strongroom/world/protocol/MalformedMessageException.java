package dev.strongroom.world.protocol;

/** Bytes that are no message of this protocol. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message);
  }
}
