package dev.strongroom.graph.onnx.importer;

/** A node or constant that cannot be used; the message is the reason, as part of a sentence. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public RejectedException(String reason) {
    super(reason);
  }

  /** With the reason formatted as {@link String#format} does. */
  public static RejectedException of(String format, Object... values) {
    return new RejectedException(format.formatted(values));
  }
}
