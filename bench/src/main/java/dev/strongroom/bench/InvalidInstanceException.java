package dev.strongroom.bench;

/** A benchmark's instance that is not what it should be; the message says where and why. */
public final class InvalidInstanceException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidInstanceException(String message) {
    super(message);
  }
}
