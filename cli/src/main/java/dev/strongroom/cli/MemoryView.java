package dev.strongroom.cli;

import dev.strongroom.bench.memory.MemoryRow;
import dev.strongroom.bench.memory.MemoryRow.Compiled;
import dev.strongroom.bench.memory.MemoryRow.Unsupported;
import dev.strongroom.bench.memory.Network;
import dev.strongroom.bench.memory.Network.Weights;
import dev.strongroom.bench.memory.Networks;
import dev.strongroom.compiler.Certificate;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code bench memory} found, for scripts and for people. */
final class MemoryView {
  private static final String ROW =
      "%-15s  %-9s  %-5s  %7s  %5s  %9s  %8s  %8s  %9s  %8s  %8s  %6s  %9s  %9s  %9s  %5s  %9s";

  private MemoryView() {}

  static ArrayNode toJson(List<MemoryRow> rows) {
    ArrayNode answer = JsonNodeFactory.instance.arrayNode();
    for (MemoryRow row : rows) {
      Network network = row.network();
      ObjectNode object =
          answer
              .addObject()
              .put("network", network.name())
              .put("input", network.input())
              .put("dataType", network.dataType())
              .put("macsFactor", row.macsFactor());
      switch (row.outcome()) {
        case Compiled compiled -> put(object, compiled);
        case Unsupported unsupported ->
            object
                .putNull("secureMemory")
                .putNull("latencyMs")
                .putNull("unconstrainedLatencyMs")
                .put("remark", unsupported.reason());
      }
      if (network.weights() == Weights.SEEDED) {
        object.put("randomWeights", Networks.SEED);
      }
      network
          .releasedHeapMiB()
          .ifPresent(mib -> object.put("smartZoneReleaseHeap", (long) mib << 20));
    }
    return answer;
  }

  private static void put(ObjectNode object, Compiled compiled) {
    Certificate smallest = compiled.smallest();
    ObjectNode memory = object.putObject("secureMemory");
    memory.put("budget", smallest.smallestBudget());
    memory.put("footprint", smallest.footprint());
    compiled.highWater().ifPresent(bytes -> memory.put("highWater", bytes));
    putParts(memory, smallest);
    put(object, "latencyMs", compiled.latency());
    put(object, "unconstrainedLatencyMs", compiled.unconstrainedLatency());
    ObjectNode unconstrained = object.putObject("unconstrained");
    unconstrained.put("footprint", compiled.unconstrained().footprint());
    putParts(unconstrained, compiled.unconstrained());
    object
        .put("macsUsed", compiled.macsUsed())
        .put("macs", smallest.macs())
        .put("lowerBound", smallest.lowerBound())
        .put("gap", smallest.gap())
        .put("bytesOpened", smallest.bytesOpened())
        .put("steps", smallest.steps())
        .put("compileMs", compiled.compileMillis());
    compiled.remark().ifPresent(remark -> object.put("remark", remark));
  }

  private static void putParts(ObjectNode memory, Certificate certificate) {
    memory
        .put("arena", certificate.arena())
        .put("window", certificate.window())
        .put("resident", certificate.resident())
        .put("program", certificate.program())
        .put("staging", certificate.staging());
  }

  private static void put(ObjectNode object, String name, OptionalDouble value) {
    if (value.isPresent()) {
      object.put(name, value.getAsDouble());
    } else {
      object.putNull(name);
    }
  }

  static void show(CliCommand command, List<MemoryRow> rows) {
    command.say("Secure memory, batch 1; sizes in KiB, latencies in ms.");
    command.say(
        ROW,
        "network",
        "input",
        "type",
        "allowed",
        "used",
        "footprint",
        "arena",
        "window",
        "resident",
        "program",
        "staging",
        "gap",
        "opened",
        "latency",
        "all",
        "ratio",
        "SmartZone");
    @org.jspecify.annotations.Nullable Network shown = null;
    for (MemoryRow row : rows) {
      switch (row.outcome()) {
        case Compiled compiled -> {
          if (row.network() != shown) {
            line(command, row, "all", compiled.unconstrained(), compiled.unconstrainedLatency());
          }
          line(command, row, compiled);
        }
        case Unsupported unsupported ->
            command.say(
                "%-15s  %-9s  %-5s  %7s  does not compile: %s",
                row.network().name(),
                row.network().input(),
                row.network().dataType(),
                row.macsFactor(),
                unsupported.reason());
      }
      shown = row.network();
    }
    command.say(
        "allowed, used: multiply-accumulates, relative to the network's own; 'all' keeps all weights"
            + " resident, and the column 'all' is its latency; arena: activations alone.");
    command.say(
        "SmartZone: the heap that its release (S-Tinylib, arXiv 2403.12568) gives, as computed from"
            + " its source.");
    command.say(
        "MobileNet, ResNet and Darknet have random weights (seed %d): their answers mean nothing.",
        Networks.SEED);
  }

  private static void line(CliCommand command, MemoryRow row, Compiled compiled) {
    OptionalDouble slow = compiled.latency();
    OptionalDouble fast = compiled.unconstrainedLatency();
    say(
        command,
        row,
        decimal(row.macsFactor()),
        decimal(compiled.macsUsed()),
        compiled.smallest(),
        text(slow),
        text(fast),
        slow.isPresent() && fast.isPresent()
            ? decimal(slow.getAsDouble() / fast.getAsDouble())
            : "");
    compiled.remark().ifPresent(remark -> command.say("  %s", remark));
  }

  private static void line(
      CliCommand command,
      MemoryRow row,
      String allowed,
      Certificate certificate,
      OptionalDouble latency) {
    double used = (double) certificate.macs() / (certificate.macs() - certificate.extraMacs());
    say(command, row, allowed, decimal(used), certificate, "", text(latency), "");
  }

  private static void say(
      CliCommand command,
      MemoryRow row,
      String allowed,
      String used,
      Certificate certificate,
      String latency,
      String residentLatency,
      String ratio) {
    Network network = row.network();
    command.say(
        ROW,
        network.name(),
        network.input(),
        network.dataType(),
        allowed,
        used,
        kib(certificate.footprint()),
        kib(certificate.arena()),
        kib(certificate.window()),
        kib(certificate.resident()),
        kib(certificate.program()),
        kib(certificate.staging()),
        kib(certificate.gap()),
        kib(certificate.bytesOpened()),
        latency,
        residentLatency,
        ratio,
        network.releasedHeapMiB().isPresent()
            ? kib((long) network.releasedHeapMiB().getAsInt() << 20)
            : "");
  }

  private static String kib(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1024.0);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String text(OptionalDouble millis) {
    return millis.isPresent() ? decimal(millis.getAsDouble()) : "";
  }
}
