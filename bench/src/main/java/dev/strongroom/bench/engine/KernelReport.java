package dev.strongroom.bench.engine;

import java.util.List;

/**
 * What {@link KernelBenchmark} found.
 *
 * @param peakGflops the most that this machine did at any time between kernels, on one thread, in
 *     10^9 floating-point operations a second
 */
public record KernelReport(List<KernelTime> times, double peakGflops) {
  public KernelReport {
    times = List.copyOf(times);
  }
}
