package dev.strongroom.bench.engine;

import dev.strongroom.world.EngineJvm;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The process in which JMH runs, for {@link KernelBenchmark}. It starts others, in which kernels
 * are timed, with the flags and the class path that it was started with itself.
 */
final class KernelMain {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final Parent parent;
  private final KernelEffort effort;

  private KernelMain(Parent parent, KernelEffort effort) {
    this.parent = parent;
    this.effort = effort;
  }

  /**
   * Measures.
   *
   * @param arguments what {@link KernelEffort#words} makes, then names of kernels
   */
  static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    KernelEffort effort = KernelEffort.of(words.subList(0, KernelEffort.WORDS));
    List<String> kernels = words.subList(KernelEffort.WORDS, words.size());
    Parent.serve(
        parent -> {
          KernelMain main = new KernelMain(parent, effort);
          for (String kernel : kernels) {
            parent.tell(Line.PEAK, 1, FmaPeak.gflops(1));
            main.measure(kernel);
          }
        });
  }

  private void measure(String kernel) {
    TimeValue spell = TimeValue.milliseconds(effort.spellMillis());
    Options options =
        new OptionsBuilder()
            .include("^%s\\.%s$".formatted(KernelTiming.class.getName(), KernelTiming.RUN))
            .param(KernelTiming.KERNEL, kernel)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .threads(1)
            .forks(effort.forks())
            .warmupIterations(effort.warmUps())
            .warmupTime(spell)
            .measurementIterations(effort.spells())
            .measurementTime(spell)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    RunResult result;
    try {
      result = new Runner(options).runSingle();
    } catch (RunnerException e) {
      throw new IllegalStateException("%s: %s".formatted(kernel, origin(e)), e);
    }
    // Without any being named, JMH passes on the flags of this process.
    if (!result.getParams().getJvmArgs().containsAll(EngineJvm.flags())) {
      throw new IllegalStateException(
          "%s was timed without the engine's flags, with %s"
              .formatted(kernel, result.getParams().getJvmArgs()));
    }
    Result<?> time = result.getPrimaryResult();
    Result<?> allocated =
        Objects.requireNonNull(
            result.getSecondaryResults().get(ALLOCATED), "what a run allocates was not measured");
    parent.tell(
        Line.KERNEL,
        kernel,
        time.getSampleCount(),
        time.getStatistics().getPercentile(50),
        time.getScore(),
        time.getScoreError(),
        allocated.getScore());
  }

  /** What JMH's exception is about: it says only that there was one. */
  private static Throwable origin(Throwable e) {
    if (e.getCause() != null) {
      return origin(e.getCause());
    }
    return e.getSuppressed().length > 0 ? origin(e.getSuppressed()[0]) : e;
  }
}
