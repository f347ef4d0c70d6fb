package dev.strongroom.cli.report;

import dev.strongroom.compiler.Certificate;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.FrontierPoint;
import dev.strongroom.compiler.MemoryMap;
import dev.strongroom.compiler.optee.OpteeConfig;
import java.time.Duration;
import java.util.List;

/**
 * What a report tells.
 *
 * @param model what the model is called
 * @param budget the secure memory allowed, in bytes
 * @param frontier the trades of memory against computation; may be empty
 * @param stepTimes what each step took, or nothing if nobody measured
 * @param optee what OP-TEE would have to give the model
 */
public record Report(
    String model,
    long budget,
    Certificate certificate,
    MemoryMap memoryMap,
    List<FrontierPoint> frontier,
    List<Duration> stepTimes,
    OpteeConfig optee) {

  /**
   * @throws IllegalArgumentException if some steps have a time and others have not
   */
  public Report {
    frontier = List.copyOf(frontier);
    stepTimes = List.copyOf(stepTimes);
    if (!stepTimes.isEmpty() && stepTimes.size() != memoryMap.steps().size()) {
      throw new IllegalArgumentException(
          "%d steps, but times of %d".formatted(memoryMap.steps().size(), stepTimes.size()));
    }
  }

  /** The report of a compilation that nobody has run yet. */
  public static Report of(String model, long budget, Compilation compilation, OpteeConfig optee) {
    return new Report(
        model,
        budget,
        compilation.certificate(),
        compilation.memoryMap(),
        compilation.frontier(),
        List.of(),
        optee);
  }

  /**
   * This report of a compilation that somebody has run.
   *
   * @param times what each step took
   */
  public Report withStepTimes(List<Duration> times) {
    return new Report(model, budget, certificate, memoryMap, frontier, times, optee);
  }

  /** The page: complete in itself, fetching nothing. */
  public String html() {
    return ReportPage.of(this);
  }
}
