package dev.strongroom.bench.engine;

import java.util.OptionalDouble;

/**
 * How long one kernel took.
 *
 * @param kernel its name
 * @param arithmetic whether its work is counted in additions and multiplications, otherwise in
 *     elements
 * @param amount of work in a run
 * @param samples how many times were taken, each the mean of all runs in a spell
 * @param medianNanos a run, the median of these
 * @param meanNanos their mean
 * @param errorNanos half of the mean's confidence interval of 99.9 %, the samples taken for
 *     normally distributed
 * @param allocatedBytes of the heap, a run; what the harness allocates between runs is in it
 */
public record KernelTime(
    String kernel,
    boolean arithmetic,
    long amount,
    long samples,
    double medianNanos,
    double meanNanos,
    double errorNanos,
    double allocatedBytes) {

  /** 10^9 operations or elements a second, by the median. */
  public double gigaPerSecond() {
    return amount / medianNanos;
  }

  /** What part of {@code peakGflops} that is, where operations are counted. */
  public OptionalDouble percentOf(double peakGflops) {
    return arithmetic
        ? OptionalDouble.of(100 * gigaPerSecond() / peakGflops)
        : OptionalDouble.empty();
  }
}
