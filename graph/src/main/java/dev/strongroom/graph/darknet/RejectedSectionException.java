package dev.strongroom.graph.darknet;

/** A section that cannot be used; the message is the reason, as part of a sentence. */
final class RejectedSectionException extends Exception {
  private static final long serialVersionUID = 1L;

  private RejectedSectionException(String reason) {
    super(reason);
  }

  /** With the reason formatted as {@link String#format} does. */
  static RejectedSectionException of(String format, Object... values) {
    return new RejectedSectionException(format.formatted(values));
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
