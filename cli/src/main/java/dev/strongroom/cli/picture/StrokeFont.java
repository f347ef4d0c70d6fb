package dev.strongroom.cli.picture;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.HashMap;
import java.util.Map;

/**
 * A font of single strokes: capital letters, digits and a few signs, as the centre lines that a pen
 * of any width follows. It exists because a machine without a screen often has no fonts at all.
 *
 * <p>A glyph lies in a box {@value #CAP_HEIGHT} units high, y growing downwards, 0 the top of a
 * capital letter and {@value #CAP_HEIGHT} the baseline.
 */
final class StrokeFont {
  static final double CAP_HEIGHT = 14;

  /** Space between the boxes of neighbouring glyphs. */
  private static final double TRACKING = 4.6;

  /**
   * Sign, width of the box, and its path: M moves, L draws a line, C a cubic Bézier curve, Z
   * closes.
   */
  private static final String GLYPHS =
      """
      0 9.4 M4.7 0 C7.6 0 9.4 2.8 9.4 7 C9.4 11.2 7.6 14 4.7 14 C1.8 14 0 11.2 0 7 C0 2.8 1.8 0 4.7 0 Z
      1 5.0 M0.6 2.9 L4.4 0 L4.4 14
      2 9.4 M0.4 3.7 C0.5 1.5 2.3 0 4.8 0 C7.4 0 9.2 1.6 9.2 4 C9.2 6.6 7.2 8.2 0.4 14 L9.4 14
      3 9.4 M0.6 2.6 C1.3 1 2.8 0 4.8 0 C7.2 0 8.9 1.4 8.9 3.4 C8.9 5.5 7.2 6.6 4 6.6 C7.5 6.6 9.4 8 9.4 10.2 C9.4 12.5 7.5 14 4.8 14 C2.5 14 0.8 12.9 0.2 11.1
      4 9.8 M7.2 14 L7.2 0 L0 9.8 L9.8 9.8
      5 9.4 M8.7 0 L1.7 0 L1.1 6.3 C2 5.4 3.3 4.9 4.8 4.9 C7.5 4.9 9.4 6.7 9.4 9.4 C9.4 12.2 7.5 14 4.7 14 C2.4 14 0.8 12.9 0.2 11.2
      6 9.4 M8.4 1.5 C7.5 0.5 6.5 0 5.3 0 C2 0 0 2.9 0 7.8 C0 11.8 1.8 14 4.8 14 C7.5 14 9.4 12.2 9.4 9.4 C9.4 6.8 7.6 5.1 5 5.1 C2.4 5.1 0.6 6.6 0.1 9
      7 9.2 M0 0 L9.2 0 C6.3 4.4 4.3 8.9 3.6 14
      8 9.6 M4.8 6.5 C2.5 6.5 0.8 5.3 0.8 3.3 C0.8 1.3 2.5 0 4.8 0 C7.1 0 8.8 1.3 8.8 3.3 C8.8 5.3 7.1 6.5 4.8 6.5 C1.9 6.5 0 8 0 10.2 C0 12.5 1.9 14 4.8 14 C7.7 14 9.6 12.5 9.6 10.2 C9.6 8 7.7 6.5 4.8 6.5 Z
      9 9.4 M1 12.5 C1.9 13.5 2.9 14 4.1 14 C7.4 14 9.4 11.1 9.4 6.2 C9.4 2.2 7.6 0 4.6 0 C1.9 0 0 1.8 0 4.6 C0 7.2 1.8 8.9 4.4 8.9 C7 8.9 8.8 7.4 9.3 5
      A 11 M0 14 L5.5 0 L11 14 M1.9 9.4 L9.1 9.4
      B 9.4 M0 0 L0 14 L5 14 C7.8 14 9.4 12.5 9.4 10.2 C9.4 8 7.8 6.6 5 6.6 L0 6.6 L5 6.6 C7.3 6.6 8.7 5.3 8.7 3.3 C8.7 1.3 7.3 0 5 0 Z
      C 10.4 M10.4 2.9 C9.3 1.1 7.6 0 5.6 0 C2.2 0 0 2.8 0 7 C0 11.2 2.2 14 5.6 14 C7.6 14 9.3 12.9 10.4 11.1
      D 10.2 M0 0 L0 14 L4 14 C7.8 14 10.2 11.4 10.2 7 C10.2 2.6 7.8 0 4 0 Z
      E 8.6 M8.6 0 L0 0 L0 14 L8.6 14 M0 6.7 L7.8 6.7
      F 8.2 M8.2 0 L0 0 L0 14 M0 6.8 L7.4 6.8
      G 10.8 M10.3 2.9 C9.2 1.1 7.6 0 5.6 0 C2.2 0 0 2.8 0 7 C0 11.2 2.2 14 5.6 14 C8.8 14 10.8 11.8 10.8 8.2 L10.8 7.6 L6 7.6
      H 10 M0 0 L0 14 M10 0 L10 14 M0 6.7 L10 6.7
      I 1 M0.5 0 L0.5 14
      J 7 M7 0 L7 9.8 C7 12.5 5.7 14 3.5 14 C1.6 14 0.4 12.9 0 11
      K 9.8 M0 0 L0 14 M9.4 0 L0 8.6 M3.6 5.4 L9.8 14
      L 8 M0 0 L0 14 L8 14
      M 12 M0 14 L0 0 L6 10.4 L12 0 L12 14
      N 10.2 M0 14 L0 0 L10.2 14 L10.2 0
      O 11.4 M5.7 0 C9.2 0 11.4 2.8 11.4 7 C11.4 11.2 9.2 14 5.7 14 C2.2 14 0 11.2 0 7 C0 2.8 2.2 0 5.7 0 Z
      P 9.2 M0 14 L0 0 L5 0 C7.6 0 9.2 1.5 9.2 3.9 C9.2 6.3 7.6 7.8 5 7.8 L0 7.8
      Q 11.4 M5.7 0 C9.2 0 11.4 2.8 11.4 7 C11.4 11.2 9.2 14 5.7 14 C2.2 14 0 11.2 0 7 C0 2.8 2.2 0 5.7 0 Z M6.8 10.2 L11.4 15.2
      R 9.6 M0 14 L0 0 L5 0 C7.6 0 9.2 1.4 9.2 3.7 C9.2 6 7.6 7.4 5 7.4 L0 7.4 M5 7.4 L9.6 14
      S 9.2 M8.6 2.6 C7.9 1 6.4 0 4.6 0 C2.2 0 0.6 1.4 0.6 3.4 C0.6 5.6 2.2 6.3 4.7 6.9 C7.5 7.6 9.2 8.4 9.2 10.5 C9.2 12.6 7.4 14 4.7 14 C2.4 14 0.7 12.9 0 11.1
      T 9.6 M0 0 L9.6 0 M4.8 0 L4.8 14
      U 10 M0 0 L0 9.2 C0 12.2 1.9 14 5 14 C8.1 14 10 12.2 10 9.2 L10 0
      V 10.6 M0 0 L5.3 14 L10.6 0
      W 15 M0 0 L3.8 14 L7.5 2 L11.2 14 L15 0
      X 10 M0 0 L10 14 M10 0 L0 14
      Y 10.4 M0 0 L5.2 7.2 L10.4 0 M5.2 7.2 L5.2 14
      Z 9.6 M0 0 L9.6 0 L0 14 L9.6 14
      . 1 M0.5 13.6 L0.5 14
      , 1.4 M1 13.4 L0.2 16
      : 1 M0.5 4.6 L0.5 5 M0.5 12.6 L0.5 13
      - 5 M0 8 L5 8
      / 6.4 M0 15 L6.4 -1
      """;

  private record Glyph(double width, Path2D path) {}

  private static final Map<Character, Glyph> BY_SIGN = parse();

  private StrokeFont() {}

  /** Whether {@code sign} can be drawn; a space always can. */
  static boolean has(char sign) {
    return sign == ' ' || BY_SIGN.containsKey(sign);
  }

  /** Width of {@code sign}'s box in units. */
  static double width(char sign) {
    return sign == ' ' ? 8 : glyph(sign).width();
  }

  /** Width of a line of text in units. */
  static double width(String text) {
    return text.chars().mapToDouble(c -> width((char) c) + TRACKING).sum() - TRACKING;
  }

  /** The centre lines of {@code sign}, its box's upper left corner at (0, 0). */
  static Path2D path(char sign) {
    return sign == ' ' ? new Path2D.Double() : new Path2D.Double(glyph(sign).path());
  }

  /** The centre lines of a line of text, the first box's upper left corner at (0, 0). */
  static Path2D path(String text) {
    Path2D line = new Path2D.Double();
    double x = 0;
    for (int i = 0; i < text.length(); i++) {
      char sign = text.charAt(i);
      line.append(path(sign).getPathIterator(AffineTransform.getTranslateInstance(x, 0)), false);
      x += width(sign) + TRACKING;
    }
    return line;
  }

  private static Glyph glyph(char sign) {
    Glyph glyph = BY_SIGN.get(sign);
    if (glyph == null) {
      throw new IllegalArgumentException("no glyph for '%c' (U+%04X)".formatted(sign, (int) sign));
    }
    return glyph;
  }

  private static Map<Character, Glyph> parse() {
    Map<Character, Glyph> glyphs = new HashMap<>();
    for (String line : GLYPHS.lines().toList()) {
      String[] words = line.split(" ", 3);
      glyphs.put(words[0].charAt(0), new Glyph(Double.parseDouble(words[1]), parsePath(words[2])));
    }
    return glyphs;
  }

  private static Path2D parsePath(String text) {
    Path2D path = new Path2D.Double();
    for (String command : text.split(" (?=[MLCZ])", -1)) {
      String[] words = command.substring(1).split(" ", -1);
      double[] p = new double[6];
      for (int i = 0; i < words.length && !words[i].isEmpty(); i++) {
        p[i] = Double.parseDouble(words[i]);
      }
      switch (command.charAt(0)) {
        case 'M' -> path.moveTo(p[0], p[1]);
        case 'L' -> path.lineTo(p[0], p[1]);
        case 'C' -> path.curveTo(p[0], p[1], p[2], p[3], p[4], p[5]);
        default -> path.closePath();
      }
    }
    return path;
  }
}
