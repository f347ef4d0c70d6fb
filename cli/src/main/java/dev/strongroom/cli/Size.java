package dev.strongroom.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 512KiB}, {@code 4MiB}, {@code 4MB}, {@code 1.5GiB},
 * or plain bytes. Units are powers of 1024 with an i and powers of 1000 without (IEC 80000-13);
 * case does not matter.
 */
public record Size(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?) ?([A-Za-z]*)");

  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kb", 1_000L),
          Map.entry("mb", 1_000_000L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("kib", 1L << 10),
          Map.entry("mib", 1L << 20),
          Map.entry("gib", 1L << 30));

  public Size {
    if (bytes <= 0) {
      throw new IllegalArgumentException("a size is more than 0 bytes, not " + bytes);
    }
  }

  /**
   * Reads {@code text}.
   *
   * @throws IllegalArgumentException if it is not of that form, not a whole number of bytes, 0, or
   *     too large for 63 bits
   */
  public static Size parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    Long unit = form.matches() ? UNITS.get(form.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "'%s' is no size: write for example 512KiB, 4MiB, 4MB, or a number of bytes"
              .formatted(text));
    }
    BigDecimal bytes = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit));
    try {
      return new Size(bytes.longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "'%s' is not a whole number of bytes below 2^63".formatted(text), e);
    }
  }

  /** For people, never rounded down: {@code 640 bytes}, {@code 12.5 KiB}, {@code 8 MiB}. */
  public static String format(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " bytes";
    }
    boolean large = bytes >= 1 << 20;
    BigDecimal rounded =
        BigDecimal.valueOf(bytes)
            .divide(BigDecimal.valueOf(large ? 1 << 20 : 1 << 10), 2, RoundingMode.UP)
            .stripTrailingZeros();
    return rounded.toPlainString() + (large ? " MiB" : " KiB");
  }

  @Override
  public String toString() {
    return format(bytes);
  }
}
