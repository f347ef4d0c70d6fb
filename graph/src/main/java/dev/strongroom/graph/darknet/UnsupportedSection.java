package dev.strongroom.graph.darknet;

/**
 * A section of a .cfg that cannot be used.
 *
 * @param line where it begins, counted from 1
 * @param layer its number as {@code [route]} and {@code [shortcut]} count layers: from 0, {@code
 *     [net]} left out
 * @param type its name, without brackets
 * @param reason what is not supported, as part of a sentence
 */
public record UnsupportedSection(int line, int layer, String type, String reason) {

  /** For example {@code layer 15 [region] at line 119 (no such layer here)}. */
  @Override
  public String toString() {
    return "layer %d [%s] at line %d (%s)".formatted(layer, type, line, reason);
  }
}
