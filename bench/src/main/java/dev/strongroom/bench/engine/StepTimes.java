package dev.strongroom.bench.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How long each step of a compiled model takes, in the engine and in a process of its own. */
public final class StepTimes {
  private static final int WARM_RUNS = 10;
  private static final int RUNS = 25;

  private StepTimes() {}

  /**
   * Runs a compiled model on numbers of no meaning; streamed weights are decrypted as they are on
   * the trusted side.
   *
   * @param compiled a file as {@link dev.strongroom.program.CompiledModel#write} makes them
   * @return the median of several runs for each step, in their order
   * @throws IOException if the process that measures does not start
   */
  public static List<Duration> measure(Path compiled) throws IOException, InterruptedException {
    List<Duration> times = new ArrayList<>();
    MeasuringProcess.run(
        StepTimesMain.class,
        Optional.empty(),
        List.of(compiled.toAbsolutePath().toString()),
        line -> times.add(Duration.ofNanos(line.number(0))));
    return times;
  }

  /**
   * The same of a model that is loaded in this process.
   *
   * @param steps how many it has
   */
  static List<Duration> of(LoadedEngine engine, int steps) {
    for (int run = 0; run < WARM_RUNS; run++) {
      engine.run();
    }
    long[][] nanos = new long[steps][RUNS];
    for (int run = 0; run < RUNS; run++) {
      Clock clock = new Clock(nanos, run);
      engine.run(clock::done);
    }
    return IntStream.range(0, steps)
        .mapToObj(step -> Duration.ofNanos(new Samples(nanos[step]).median()))
        .toList();
  }

  /** Of one run. */
  private static final class Clock {
    private final long[][] nanos;
    private final int run;
    private long last = System.nanoTime();

    Clock(long[][] nanos, int run) {
      this.nanos = nanos;
      this.run = run;
    }

    void done(int step) {
      long now = System.nanoTime();
      nanos[step][run] = now - last;
      last = now;
    }
  }
}
