package dev.strongroom.graph.darknet;

import java.util.Map;

/**
 * One section of a .cfg.
 *
 * @param line where it begins, counted from 1
 * @param layer its number among the layers, from 0; -1 for the first section, which is no layer
 * @param type its name, without brackets
 * @param options the values by name; of an option that is written twice, the first one counts, as
 *     Darknet has it
 */
record Section(int line, int layer, String type, Map<String, Option> options) {

  /** A value, and the line it is written in. */
  record Option(String value, int line) {}

  /** For example {@code convolutional3}: names what the layer makes of its input. */
  String name() {
    return type + layer;
  }

  /** For example {@code layer 3 [convolutional] at line 27}. */
  @Override
  public String toString() {
    return "layer %d [%s] at line %d".formatted(layer, type, line);
  }
}
