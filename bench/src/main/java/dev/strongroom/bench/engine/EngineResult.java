package dev.strongroom.bench.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of one model.
 *
 * @param macs multiply-accumulates of one inference, all weights resident
 * @param smallestMacs the same in the smallest memory
 * @param smallestBudget bytes of secure memory there
 * @param timings of all contestants
 * @param peakGflops by number of threads: the most this machine did while this model was measured,
 *     in 10^9 operations a second
 * @param unsupported why the model was left out, if it was; then nothing else says anything
 */
public record EngineResult(
    EngineModel model,
    long macs,
    long smallestMacs,
    long smallestBudget,
    List<Timing> timings,
    Map<Integer, Double> peakGflops,
    Optional<String> unsupported) {
  public EngineResult {
    timings = List.copyOf(timings);
    peakGflops = Map.copyOf(peakGflops);
  }

  /** How long {@code contestant} took on {@code threads}, if it ran so. */
  public Optional<Timing> timing(Contestant contestant, int threads) {
    return timings.stream()
        .filter(t -> t.contestant() == contestant && t.threads() == threads)
        .findFirst();
  }

  /** Multiply-accumulates that {@code contestant} does for one inference. */
  public long macs(Contestant contestant) {
    return contestant == Contestant.STRONGROOM_SMALLEST ? smallestMacs : macs;
  }
}
