package dev.strongroom.bench.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a measuring process tells the one that started it: a line that says what it is about, and
 * values.
 */
record Line(String about, List<String> values) {
  static final String PROGRESS = "progress";
  static final String COMPILED = "compiled";
  static final String TIMED = "timed";
  static final String PEAK = "peak";
  static final String STEP = "step";
  static final String KERNEL = "kernel";

  /** The model cannot be measured; why. */
  static final String UNSUPPORTED = "unsupported";

  /** Something is broken; what. */
  static final String BROKEN = "broken";

  /** No other output begins like this. */
  private static final String MARK = "strongroom-bench";

  private static final String SEPARATOR = "\t";

  Line {
    values = List.copyOf(values);
  }

  static Line of(String about, Object... values) {
    return new Line(
        about,
        Arrays.stream(values).map(value -> value.toString().replaceAll("[\t\r\n]+", " ")).toList());
  }

  /** What {@code text} says, if it is such a line. */
  static Optional<Line> parse(String text) {
    List<String> words = List.of(text.split(SEPARATOR, -1));
    return words.size() >= 2 && words.getFirst().equals(MARK)
        ? Optional.of(new Line(words.get(1), words.subList(2, words.size())))
        : Optional.empty();
  }

  String text() {
    return Stream.concat(Stream.of(MARK, about), values.stream())
        .collect(Collectors.joining(SEPARATOR));
  }

  String word(int i) {
    return values.get(i);
  }

  int integer(int i) {
    return Integer.parseInt(word(i));
  }

  long number(int i) {
    return Long.parseLong(word(i));
  }

  double decimal(int i) {
    return Double.parseDouble(word(i));
  }
}
