package dev.strongroom.cli;

import dev.strongroom.compiler.quantise.OutputError;
import dev.strongroom.compiler.quantise.Quantised;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How the outcome of quantising is shown. */
final class QuantisedView {
  private QuantisedView() {}

  /** The field {@code int8} of an answer; null there if nothing was quantised. */
  static void put(ObjectNode answer, Optional<Quantised> outcome) {
    if (outcome.isEmpty()) {
      answer.putNull("int8");
      return;
    }
    Quantised q = outcome.get();
    ObjectNode int8 = answer.putObject("int8");
    int8.put("layers", q.layers());
    ArrayNode left = int8.putArray("floatLayers");
    q.floatLayers().forEach(left::add);
    int8.put("int8Weights", q.int8Weights());
    int8.put("weightBytesFloat32", q.weightBytes());
    int8.put("samples", q.samples());
    put(int8, "allInt8", q.allInt8());
    put(int8, "error", q.error());
  }

  private static void put(ObjectNode int8, String name, Optional<OutputError> error) {
    if (error.isEmpty()) {
      int8.putNull(name);
      return;
    }
    ObjectNode node = int8.putObject(name);
    putFinite(node, "relative", error.get().relative());
    putFinite(node, "sqnrDb", error.get().sqnr());
    putFinite(node, "agreement", error.get().agreement().orElse(Double.NaN));
  }

  /** JSON has no infinity: null. */
  private static void putFinite(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** The same for people. */
  static void show(CliCommand command, Quantised q) {
    command.say(
        "int8               %d of %d layers, %,d weights",
        q.layers() - q.floatLayers().size(), q.layers(), q.int8Weights());
    if (!q.floatLayers().isEmpty()) {
      command.say("  left in float32  %s", String.join(", ", q.floatLayers()));
    }
    q.allInt8()
        .filter(_ -> !q.floatLayers().isEmpty())
        .ifPresent(e -> command.say("  with all int8    %s", words(e, q.samples())));
    q.error().ifPresent(e -> command.say("  against float32  %s", words(e, q.samples())));
  }

  private static String words(OutputError error, int samples) {
    String noise =
        error.relative() == 0
            ? "equal answers"
            : String.format(
                Locale.ROOT, "relative error %.2g, SQNR %.1f dB", error.relative(), error.sqnr());
    String agreement =
        error.agreement().isPresent()
            ? String.format(
                Locale.ROOT, ", %.2f %% choose the same", 100 * error.agreement().getAsDouble())
            : "";
    return "%s%s, on %d samples".formatted(noise, agreement, samples);
  }
}
