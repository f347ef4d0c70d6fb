package dev.strongroom.graph.darknet;

import dev.strongroom.graph.InvalidModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a .cfg: sections {@code [type]}, in each lines {@code key=value}. Space is dropped
 * wherever it stands; lines that begin with # or ; are comments (Darknet, read_cfg in parser.c).
 */
final class CfgText {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int LONGEST_QUOTE = 40;

  /** The deepest networks known have a few hundred. */
  private static final int MAX_LAYERS = 10_000;

  private CfgText() {}

  /**
   * The sections in order, at least two, {@code [net]} being the first.
   *
   * @throws InvalidModelException if a line is neither a section nor an option, or if there is no
   *     network
   */
  static List<Section> parse(String text) throws InvalidModelException {
    List<Section> sections = new ArrayList<>();
    Map<String, Section.Option> options = new LinkedHashMap<>();
    int number = 0;
    for (String raw : (Iterable<String>) text.lines()::iterator) {
      number++;
      String line = strip(raw);
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[")) {
        if (!line.endsWith("]")) {
          throw wrong(number, line, "the bracket of the section's name is not closed");
        }
        if (sections.size() > MAX_LAYERS) {
          throw new InvalidModelException(
              "the network has more than %,d layers, of which line %d begins the next"
                  .formatted(MAX_LAYERS, number));
        }
        options = new LinkedHashMap<>();
        String type = quoted(line.substring(1, line.length() - 1));
        sections.add(new Section(number, sections.size() - 1, type, options));
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1 || equals == line.length() - 1) {
        throw wrong(number, line, "this is neither a [section] nor a key=value");
      }
      if (sections.isEmpty()) {
        throw wrong(number, line, "an option stands before the first [section]");
      }
      options.putIfAbsent(
          quoted(line.substring(0, equals)),
          new Section.Option(quoted(line.substring(equals + 1)), number));
    }
    if (sections.isEmpty() || !isNetwork(sections.getFirst())) {
      throw new InvalidModelException(
          "this is not a Darknet network: its first section must be [net]");
    }
    if (sections.size() == 1) {
      throw new InvalidModelException("the network has no layers behind its [net]");
    }
    return sections;
  }

  private static boolean isNetwork(Section section) {
    return section.type().equals("net") || section.type().equals("network");
  }

  private static String strip(String line) {
    StringBuilder kept = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      if (!Character.isWhitespace(line.charAt(i))) {
        kept.append(line.charAt(i));
      }
    }
    return kept.toString();
  }

  private static InvalidModelException wrong(int number, String line, String what) {
    String shown = line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line;
    return new InvalidModelException("line %d, \"%s\": %s".formatted(number, quoted(shown), what));
  }

  /** Words of the file come back in messages: none may break the line or steer a terminal. */
  private static String quoted(String word) {
    return CONTROL.matcher(word).replaceAll("\ufffd");
  }
}
