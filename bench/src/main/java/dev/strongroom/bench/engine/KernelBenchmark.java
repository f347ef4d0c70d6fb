package dev.strongroom.bench.engine;

import dev.strongroom.seal.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Times single kernels with JMH: each as the only step of a verified Program that the engine runs,
 * on one thread, in virtual machines that run nothing else.
 *
 * @param effort for each kernel
 * @param jmh JMH's archive and those it needs
 */
public record KernelBenchmark(KernelEffort effort, List<Path> jmh) {
  public KernelBenchmark {
    jmh = List.copyOf(jmh);
  }

  /** The names of all kernels that can be timed, in the order in which they are shown. */
  public static List<String> names() {
    return KernelCases.list().stream().map(KernelCase::name).toList();
  }

  /**
   * Times {@code kernels}, of which {@code listener} is told how many are done.
   *
   * @param kernels some of {@link #names}
   * @throws IOException if the process that measures does not start
   * @throws IllegalStateException if it fails
   */
  public KernelReport measure(List<String> kernels, ProgressListener listener)
      throws IOException, InterruptedException {
    listener.progress(0, kernels.size());
    Reading reading = new Reading();
    // This process has no JMH, so that it must name the class that uses it and do no more with it.
    List<String> arguments = new ArrayList<>(effort.words());
    arguments.addAll(kernels);
    MeasuringProcess.runOnClassPath(
        KernelMain.class,
        jmh,
        arguments,
        line -> {
          reading.take(line);
          listener.progress(reading.times.size(), kernels.size());
        });
    return new KernelReport(reading.times, reading.peakGflops);
  }

  /** What the process has told so far. */
  private static final class Reading {
    private final List<KernelTime> times = new ArrayList<>();
    private double peakGflops;

    void take(Line line) {
      switch (line.about()) {
        case Line.KERNEL -> {
          KernelCase timed = KernelCases.named(line.word(0));
          times.add(
              new KernelTime(
                  timed.name(),
                  timed.work() == KernelCase.Work.OPERATIONS,
                  timed.amount(),
                  line.number(1),
                  line.decimal(2),
                  line.decimal(3),
                  line.decimal(4),
                  line.decimal(5)));
        }
        case Line.PEAK -> peakGflops = Math.max(peakGflops, line.decimal(1));
        default -> throw new IllegalStateException("the process that measures told " + line);
      }
    }
  }
}
