package dev.strongroom.cli;

/** {@code NAME=VALUE}, as options such as {@code --input} take it. */
record NamedValue(String name, String value) {
  /**
   * Splits at the first equals sign.
   *
   * @throws IllegalArgumentException if there is none, or a side is empty
   */
  static NamedValue parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new IllegalArgumentException("'%s' is not of the form NAME=VALUE".formatted(text));
    }
    return new NamedValue(text.substring(0, equals), text.substring(equals + 1));
  }
}
