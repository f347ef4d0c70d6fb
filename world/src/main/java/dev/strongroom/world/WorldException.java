package dev.strongroom.world;

/** A world that refused, failed or ended. The message is one sentence for people. */
public final class WorldException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public WorldException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public WorldException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The error in the sentence of its code. */
  public static WorldException of(ErrorCode code, long first, long second) {
    return new WorldException(code, code.sentence(first, second));
  }

  /** What went wrong, for programs. */
  public ErrorCode code() {
    return code;
  }
}
