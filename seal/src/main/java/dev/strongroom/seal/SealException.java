package dev.strongroom.seal;

/**
 * Something that crossed between the worlds is refused: it is malformed, forged, or not meant for
 * this receiver. The message is one sentence with the values concerned, never a secret.
 */
public final class SealException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why it is refused, for callers that answer with an error code. */
  public enum Reason {
    /** The bytes do not have the form that the format demands. */
    MALFORMED,
    /** Well formed, but signed by a vendor who is not trusted here. */
    UNTRUSTED_VENDOR,
    /** Genuine, but sealed for another device. */
    WRONG_DEVICE,
    /** A signature, digest or authentication tag does not match: the bytes were changed. */
    FORGED,
    /** The channel has ended, by {@code close} or by an earlier forgery. */
    CHANNEL_ENDED
  }

  private final Reason reason;

  public SealException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  static SealException malformed(String message) {
    return new SealException(Reason.MALFORMED, message);
  }

  static SealException forged(String message) {
    return new SealException(Reason.FORGED, message);
  }
}
