package dev.strongroom.cli;

import dev.strongroom.bench.engine.Contestant;
import dev.strongroom.bench.engine.EngineReport;
import dev.strongroom.bench.engine.EngineResult;
import dev.strongroom.bench.engine.EngineRow;
import dev.strongroom.bench.engine.ModelOrigin;
import dev.strongroom.bench.memory.Networks;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code bench engine} found, for scripts and for people. */
final class EngineView {
  private static final String ROW =
      "%-12s  %-9s  %7s  %8s  %8s  %8s  %8s  %6s  %7s  %6s  %9s  %8s  %8s  %6s";

  private EngineView() {}

  static ObjectNode toJson(EngineReport report, Map<String, String> leftOut) {
    ObjectNode answer = CliCommand.object();
    ArrayNode rows = answer.putArray("measurements");
    for (EngineRow row : report.rows()) {
      put(rows.addObject(), row);
    }
    ArrayNode peaks = answer.putArray("fmaPeakGflops");
    ArrayNode means = answer.putArray("geometricMeans");
    for (int threads : report.threads()) {
      peaks.addObject().put("threads", threads).put("gflops", rounded(report.peakGflops(threads)));
      means
          .addObject()
          .put("threads", threads)
          .put("ratioToOnnxRuntime", rounded(report.meanToOnnxRuntime(threads)))
          .put("ratioToUnconstrained", rounded(report.meanToUnconstrained(threads)));
    }
    ArrayNode missing = answer.putArray("leftOut");
    leftOut.forEach((name, reason) -> missing.addObject().put("model", name).put("reason", reason));
    return answer;
  }

  private static void put(ObjectNode object, EngineRow row) {
    object
        .put("model", row.model().name())
        .put("input", row.model().input())
        .put("engine", row.timing().contestant().label())
        .put("threads", row.timing().threads())
        .put("medianMs", rounded(row.timing().medianMillis()))
        .put("p90Ms", rounded(row.timing().p90Millis()))
        .put("allocatedBytes", row.timing().allocatedBytes())
        .put("ratioToOnnxRuntime", rounded(row.ratioToOnnxRuntime()));
    put(object, "gflops", row.gflops());
    put(object, "percentOfPeak", row.percentOfPeak());
    row.budgetBytes().ifPresent(bytes -> object.put("budgetBytes", bytes));
    put(object, "ratioToUnconstrained", row.ratioToUnconstrained());
    if (row.model().origin() instanceof ModelOrigin.RandomDarknet random) {
      object.put("randomWeights", random.seed());
    }
  }

  private static void put(ObjectNode object, String name, OptionalDouble value) {
    value.ifPresent(v -> object.put(name, rounded(v)));
  }

  /** To a thousandth, which of milliseconds is a microsecond. */
  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  static void show(CliCommand command, EngineReport report) {
    command.say("Latency of the engine, fp32, batch 1; ms, median and what 9 in 10 do not exceed.");
    command.say(
        ROW,
        "model",
        "input",
        "threads",
        "ours",
        "9 in 10",
        "ONNX RT",
        "9 in 10",
        "ratio",
        "GFLOP/s",
        "% peak",
        "least KiB",
        "ours",
        "9 in 10",
        "ratio");
    for (EngineResult result : report.results()) {
      for (int threads : report.threads()) {
        line(command, report, result, threads);
      }
    }
    for (EngineResult result : report.results()) {
      for (int threads : report.threads()) {
        int8(command, report, result, threads);
      }
    }
    for (int threads : report.threads()) {
      command.say(
          "%d %s: FMA peak %.1f GFLOP/s; geometric means: ratio %s, in the least memory %s",
          threads,
          threads == 1 ? "thread" : "threads",
          report.peakGflops(threads),
          decimal("%.2f", report.meanToOnnxRuntime(threads)),
          decimal("%.2f", report.meanToUnconstrained(threads)));
    }
    command.say("ratio: ours to ONNX Runtime's, below 1 is faster; GFLOP/s, %% peak: of ours.");
    command.say(
        "least KiB: the smallest secure memory with at most 1.3 times the multiply-accumulates; ours"
            + " in that memory, weights decrypted each time; and its ratio to ours with all memory.");
    if (report.results().stream().anyMatch(EngineView::isRandom)) {
      command.say(
          "MobileNet and ResNet have random weights (seed %d): their answers mean nothing.",
          Networks.SEED);
    }
  }

  private static boolean isRandom(EngineResult result) {
    return result.model().origin() instanceof ModelOrigin.RandomDarknet;
  }

  private static void line(
      CliCommand command, EngineReport report, EngineResult result, int threads) {
    EngineRow ours = row(report, result, Contestant.STRONGROOM, threads);
    EngineRow least = row(report, result, Contestant.STRONGROOM_SMALLEST, threads);
    EngineRow theirs = row(report, result, Contestant.ONNX_RUNTIME, threads);
    command.say(
        ROW,
        result.model().name(),
        result.model().input(),
        threads,
        median(ours),
        p90(ours),
        median(theirs),
        p90(theirs),
        decimal("%.2f", ours.ratioToOnnxRuntime()),
        decimal("%.1f", ours.gflops().orElseThrow()),
        decimal("%.0f", ours.percentOfPeak().orElseThrow()),
        decimal("%.1f", least.budgetBytes().orElseThrow() / 1024.0),
        median(least),
        p90(least),
        decimal("%.2f", least.ratioToUnconstrained().orElseThrow()));
  }

  /** A line for a model that was also measured quantised. */
  private static void int8(
      CliCommand command, EngineReport report, EngineResult result, int threads) {
    OptionalDouble ratio = report.int8ToFp32(result, threads);
    if (ratio.isPresent()) {
      EngineRow row = row(report, result, Contestant.STRONGROOM_INT8, threads);
      command.say(
          "%s in int8 on %d: %s ms, 9 in 10 %s; %s of ours in fp32, %s of ONNX Runtime's in fp32",
          result.model().name(),
          threads,
          median(row),
          p90(row),
          decimal("%.2f", ratio.getAsDouble()),
          decimal("%.2f", row.ratioToOnnxRuntime()));
    }
  }

  private static EngineRow row(
      EngineReport report, EngineResult result, Contestant contestant, int threads) {
    return report.rows().stream()
        .filter(
            row ->
                row.model().equals(result.model())
                    && row.timing().contestant() == contestant
                    && row.timing().threads() == threads)
        .findFirst()
        .orElseThrow();
  }

  private static String median(EngineRow row) {
    return decimal("%.2f", row.timing().medianMillis());
  }

  private static String p90(EngineRow row) {
    return decimal("%.2f", row.timing().p90Millis());
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
