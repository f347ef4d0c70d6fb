package dev.strongroom.cli.report;

import dev.strongroom.cli.Console;
import java.util.Locale;

/**
 * Text on its way into a page. Names come from model files, whose makers may mean to write more
 * than names.
 */
final class Html {
  private static final int LONGEST_NAME = 60;

  private Html() {}

  /** {@code text} as the content of an element or of a quoted attribute. */
  static String text(String text) {
    return Console.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** As {@link #text}, long names cut in their middle: both ends tell them apart. */
  static String name(String name) {
    int length = name.codePointCount(0, name.length());
    if (length <= LONGEST_NAME) {
      return text(name);
    }
    int[] points = name.codePoints().toArray();
    int half = LONGEST_NAME / 2;
    return text(
        new String(points, 0, half) + "…" + new String(points, length - half + 1, half - 1));
  }

  /** {@link String#format} with one locale for every reader. */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A whole number with its thousands apart. */
  static String count(long number) {
    return format("%,d", number);
  }

  /** A number for SVG: short, and with a point wherever the page was made. */
  static String number(double value) {
    String text = format("%.3f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
