package dev.strongroom.cli;

import dev.strongroom.bench.engine.KernelEffort;
import dev.strongroom.bench.engine.KernelReport;
import dev.strongroom.bench.engine.KernelTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code bench kernels} found, for scripts and for people. */
final class KernelsView {
  private static final String ROW = "%-41s  %10s  %10s  %9s  %8s  %8s  %6s  %9s";

  private KernelsView() {}

  static ObjectNode names(List<String> kernels) {
    ObjectNode answer = CliCommand.object();
    ArrayNode names = answer.putArray("kernels");
    kernels.forEach(names::add);
    return answer;
  }

  static ObjectNode toJson(KernelReport report, KernelEffort effort) {
    ObjectNode answer = CliCommand.object();
    ArrayNode rows = answer.putArray("measurements");
    for (KernelTime time : report.times()) {
      put(rows.addObject(), time, report.peakGflops());
    }
    answer
        .put("fmaPeakGflops", rounded(report.peakGflops()))
        .put("forks", effort.forks())
        .put("spellsPerFork", effort.spells())
        .put("spellMs", effort.spellMillis());
    return answer;
  }

  private static void put(ObjectNode object, KernelTime time, double peak) {
    object
        .put("kernel", time.kernel())
        .put("medianUs", rounded(time.medianNanos() / 1e3))
        .put("meanUs", rounded(time.meanNanos() / 1e3))
        .put("errorUs", rounded(time.errorNanos() / 1e3))
        .put("samples", time.samples())
        .put(time.arithmetic() ? "gflops" : "gigaElementsPerSecond", rounded(time.gigaPerSecond()));
    time.percentOf(peak).ifPresent(percent -> object.put("percentOfPeak", rounded(percent)));
    object.put("allocatedBytes", rounded(time.allocatedBytes()));
  }

  /** To a thousandth, which of microseconds is a nanosecond. */
  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  static void show(CliCommand command, KernelReport report, KernelEffort effort) {
    command.say("Single kernels on one thread; us a run.");
    command.say(ROW, "kernel", "median", "mean", "+-", "GFLOP/s", "% peak", "Gel/s", "allocated");
    for (KernelTime time : report.times()) {
      OptionalDouble percent = time.percentOf(report.peakGflops());
      String speed = decimal("%.1f", time.gigaPerSecond());
      command.say(
          ROW,
          time.kernel(),
          decimal("%.2f", time.medianNanos() / 1e3),
          decimal("%.2f", time.meanNanos() / 1e3),
          decimal("%.2f", time.errorNanos() / 1e3),
          time.arithmetic() ? speed : "",
          percent.isPresent() ? decimal("%.0f", percent.getAsDouble()) : "",
          time.arithmetic() ? "" : decimal("%.2f", time.gigaPerSecond()),
          decimal("%.0f", time.allocatedBytes()));
    }
    command.say("FMA peak %s GFLOP/s.", decimal("%.1f", report.peakGflops()));
    command.say(
        "median, mean, +-: of %d samples of %d ms; +- is half of the 99.9 %% confidence interval.",
        effort.forks() * effort.spells(), effort.spellMillis());
    command.say(
        "Gel/s: 10^9 elements a second. allocated: bytes a run, with what JMH allocates itself.");
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Seconds up to two minutes, from there on minutes. */
  static String inWords(Duration duration) {
    long seconds = Math.max(1, duration.toSeconds());
    return seconds < 120
        ? "%d s".formatted(seconds)
        : "%d minutes".formatted(Math.ceilDiv(seconds, 60));
  }
}
