package dev.strongroom.bench.engine;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One contestant with one model on one number of threads.
 *
 * @param ratioToOnnxRuntime of the medians, on as many threads: below 1 is faster
 * @param gflops 10^9 operations a second, a multiply-accumulate being two; of ours
 * @param percentOfPeak of the most that as many threads can do
 * @param budgetBytes of secure memory, where it is the smallest
 * @param ratioToUnconstrained of the median to our own with all weights resident, where it is not
 */
public record EngineRow(
    EngineModel model,
    Timing timing,
    double ratioToOnnxRuntime,
    OptionalDouble gflops,
    OptionalDouble percentOfPeak,
    OptionalLong budgetBytes,
    OptionalDouble ratioToUnconstrained) {}
