package dev.strongroom.seal;

import java.io.IOException;

/** A key file that cannot be used, or may not be written; the message says which, and why. */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1L;

  public KeyFileException(String message) {
    super(message);
  }
}
