package dev.strongroom.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What all models together show. */
public record EngineReport(List<EngineResult> results) {
  public EngineReport {
    results = List.copyOf(results);
  }

  /** The numbers of threads that were measured with, ascending. */
  public List<Integer> threads() {
    return results.stream()
        .flatMap(r -> r.timings().stream())
        .map(Timing::threads)
        .distinct()
        .sorted()
        .toList();
  }

  /** The most that this machine did on {@code threads} at any time, in 10^9 operations a second. */
  public double peakGflops(int threads) {
    return results.stream()
        .mapToDouble(r -> r.peakGflops().getOrDefault(threads, 0.0))
        .max()
        .orElse(0);
  }

  /** A row for each contestant, model by model and by number of threads. */
  public List<EngineRow> rows() {
    List<EngineRow> rows = new ArrayList<>();
    for (EngineResult result : results) {
      for (Timing timing : result.timings()) {
        rows.add(row(result, timing));
      }
    }
    return rows;
  }

  private EngineRow row(EngineResult result, Timing timing) {
    boolean ours = timing.contestant() != Contestant.ONNX_RUNTIME;
    boolean smallest = timing.contestant() == Contestant.STRONGROOM_SMALLEST;
    double gflops = 2.0 * result.macs(timing.contestant()) / timing.medianNanos();
    return new EngineRow(
        result.model(),
        timing,
        ratio(result, timing, Contestant.ONNX_RUNTIME),
        ours ? OptionalDouble.of(gflops) : OptionalDouble.empty(),
        ours
            ? OptionalDouble.of(100 * gflops / peakGflops(timing.threads()))
            : OptionalDouble.empty(),
        smallest ? OptionalLong.of(result.smallestBudget()) : OptionalLong.empty(),
        smallest
            ? OptionalDouble.of(ratio(result, timing, Contestant.STRONGROOM))
            : OptionalDouble.empty());
  }

  /** What int8 takes of our fp32 time on one model, if it was measured. */
  public OptionalDouble int8ToFp32(EngineResult result, int threads) {
    return result.timing(Contestant.STRONGROOM_INT8, threads).stream()
        .mapToDouble(timing -> ratio(result, timing, Contestant.STRONGROOM))
        .findFirst();
  }

  private static double ratio(EngineResult result, Timing timing, Contestant to) {
    return result
        .timing(to, timing.threads())
        .map(other -> (double) timing.medianNanos() / other.medianNanos())
        .orElseThrow();
  }

  /** The geometric mean of our ratios to ONNX Runtime. */
  public double meanToOnnxRuntime(int threads) {
    return mean(threads, Contestant.STRONGROOM, EngineRow::ratioToOnnxRuntime);
  }

  /** The geometric mean of what the smallest memory costs. */
  public double meanToUnconstrained(int threads) {
    return mean(
        threads, Contestant.STRONGROOM_SMALLEST, row -> row.ratioToUnconstrained().orElseThrow());
  }

  private double mean(int threads, Contestant contestant, ToDoubleFunction<EngineRow> ratio) {
    return Math.exp(
        rows().stream()
            .filter(r -> r.timing().threads() == threads && r.timing().contestant() == contestant)
            .mapToDouble(r -> Math.log(ratio.applyAsDouble(r)))
            .average()
            .orElseThrow());
  }
}
