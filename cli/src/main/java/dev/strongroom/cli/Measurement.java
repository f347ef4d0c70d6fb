package dev.strongroom.cli;

import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import dev.strongroom.world.SessionStatus;
import dev.strongroom.world.WorldException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * One model, run a number of times on the same inputs.
 *
 * @param outputs of the last run
 * @param nanos how long each run took for the caller, sealing and opening included
 * @param status what the trusted side said afterwards
 */
record Measurement(Map<String, ByteBuffer> outputs, List<Long> nanos, SessionStatus status) {

  Measurement {
    nanos = List.copyOf(nanos);
  }

  /** World switches of one inference: one command, however many chunks it opens. */
  static final int SWITCHES = 1;

  static Measurement of(
      Session session, Map<String, ByteBuffer> inputs, int repeat, Console console)
      throws WorldException {
    List<Long> nanos = new ArrayList<>();
    Map<String, ByteBuffer> outputs = Map.of();
    try (Progress progress = Progress.of(console, "running", " runs", 1)) {
      for (int i = 0; i < repeat; i++) {
        long start = System.nanoTime();
        outputs = session.infer(inputs);
        nanos.add(System.nanoTime() - start);
        progress.progress(i + 1, repeat);
      }
    }
    return new Measurement(outputs, nanos, session.status());
  }

  double firstMillis() {
    return millis(nanos.getFirst());
  }

  double medianMillis() {
    return quantileMillis(0.5);
  }

  /** The least time that a share {@code q} of the runs did not exceed (nearest rank). */
  double quantileMillis(double q) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return millis(sorted.get(Math.max(0, (int) Math.ceil(q * sorted.size()) - 1)));
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e4) / 100.0;
  }

  void putLatency(ObjectNode answer) {
    answer
        .putObject("latencyMs")
        .put("first", firstMillis())
        .put("median", medianMillis())
        .put("p90", quantileMillis(0.9));
  }

  void putSecureMemory(ObjectNode answer) {
    answer
        .putObject("secureMemory")
        .put("budget", status.budget())
        .put("footprint", status.footprint())
        .put("highWater", status.highWater())
        .put("arena", status.layout().arenaBytes())
        .put("window", status.layout().windowBytes())
        .put("resident", status.layout().residentBytes())
        .put("program", status.layout().programBytes())
        .put("staging", status.layout().stagingBytes());
  }

  static void putWorld(ObjectNode answer, SecureWorld world) {
    answer
        .putObject("world")
        .put("kind", world.kind())
        .put("memory", world.memory().toString())
        .put("simulated", world.simulated());
  }
}
