package dev.strongroom.graph.darknet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the options of one section and remembers which were asked for, so that {@link #finish} can
 * refuse the rest: an option that is passed over in silence may change what the layer computes.
 */
final class Options {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
  private static final int LONGEST_NUMBER = 40;

  /** What only training or Darknet's own house-keeping reads. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "learning_rate",
          "smooth",
          "onlyforward",
          "stopbackward",
          "dontsave",
          "dont_update",
          "burnin_update",
          "train_only_bn",
          "truth",
          "dot");

  private final Section section;
  private final Set<String> known = new HashSet<>();

  Options(Section section) {
    this.section = section;
  }

  /** The value of {@code key} as it is written, if it is there. */
  Optional<String> text(String key) {
    known.add(key);
    return Optional.ofNullable(section.options().get(key)).map(Section.Option::value);
  }

  /** A whole number between {@code min} and {@code max}. */
  int integer(String key, int byDefault, int min, int max) throws RejectedSectionException {
    Optional<String> text = text(key);
    return text.isEmpty() ? byDefault : integer(key, text.get(), min, max);
  }

  private static int integer(String key, String text, int min, int max)
      throws RejectedSectionException {
    if (INTEGER.matcher(text).matches()) {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw RejectedSectionException.of(
        "%s is \"%s\", not a whole number from %d to %d", key, brief(text), min, max);
  }

  /** Whether {@code key} is there and not 0. */
  boolean flag(String key) throws RejectedSectionException {
    return integer(key, 0, -999_999_999, 999_999_999) != 0;
  }

  /** Whole numbers with commas between them; none if the option is not there. */
  List<Integer> integers(String key, int min, int max) throws RejectedSectionException {
    Optional<String> text = text(key);
    List<Integer> values = new ArrayList<>();
    if (text.isPresent()) {
      for (String word : text.get().split(",", -1)) {
        values.add(integer(key, word, min, max));
      }
    }
    return values;
  }

  /** A finite number, rounded to float as Darknet does. */
  float number(String key, float byDefault) throws RejectedSectionException {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    if (text.get().length() <= LONGEST_NUMBER && NUMBER.matcher(text.get()).matches()) {
      float value = Float.parseFloat(text.get());
      if (Float.isFinite(value)) {
        return value;
      }
    }
    throw RejectedSectionException.of("%s is \"%s\", not a number", key, brief(text.get()));
  }

  /** The activation; Darknet's own default differs from layer to layer. */
  ActivationFunction activation(ActivationFunction byDefault) throws RejectedSectionException {
    Optional<String> text = text("activation");
    return text.isEmpty() ? byDefault : ActivationFunction.of(brief(text.get()));
  }

  /** Accepts these options, whatever their values: they do not matter here. */
  void ignore(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Refuses these options unless they are 0 or not there. */
  void refuse(String... keys) throws RejectedSectionException {
    for (String key : keys) {
      if (text(key).isPresent() && number(key, 0) != 0) {
        throw RejectedSectionException.of("%s=%s is not supported", key, number(key, 0));
      }
    }
  }

  /** Refuses an option that nobody asked for. */
  void finish() throws RejectedSectionException {
    for (var option : section.options().entrySet()) {
      if (!known.contains(option.getKey()) && !WITHOUT_EFFECT.contains(option.getKey())) {
        throw RejectedSectionException.of(
            "its option \"%s\" in line %d is not supported; take it out if it bears on training only",
            brief(option.getKey()), option.getValue().line());
      }
    }
  }

  private static String brief(String text) {
    return text.length() > LONGEST_NUMBER ? text.substring(0, LONGEST_NUMBER) + "…" : text;
  }
}
