package dev.strongroom.bench.engine;

/** An engine that is measured does not answer as the other does: figures would mean nothing. */
final class WrongAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongAnswerException(String message) {
    super(message);
  }
}
