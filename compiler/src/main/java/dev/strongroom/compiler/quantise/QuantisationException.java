package dev.strongroom.compiler.quantise;

/** A model or samples that cannot be quantised; the message is one sentence for who asked. */
public final class QuantisationException extends Exception {
  private static final long serialVersionUID = 1L;

  QuantisationException(String format, Object... values) {
    super(format.formatted(values));
  }
}
