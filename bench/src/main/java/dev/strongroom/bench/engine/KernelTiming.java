package dev.strongroom.bench.engine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One kernel, loaded and ready; JMH times {@link #run}. Public, and with a constructor, because JMH
 * generates a subclass; for use there only.
 */
@State(Scope.Benchmark)
public class KernelTiming {
  /** The parameter that {@link #kernel} is. */
  static final String KERNEL = "kernel";

  /** The name of {@link #run}. */
  static final String RUN = "run";

  /** Which of {@link KernelBenchmark#names} is timed. */
  @Param({})
  public String kernel = "";

  @SuppressWarnings("NullAway.Init") // Set by load(), which JMH calls before anything else.
  private LoadedEngine engine;

  /**
   * Loads the kernel as the trusted side loads a model: verified, and its kind of step warmed up.
   */
  @Setup
  public void load() throws Exception {
    var model = KernelCases.named(kernel).model();
    engine = new LoadedEngine(model, WeightStore.PLAIN, ModelInputs.of(model.program()), 1);
    engine.run();
  }

  /** Runs the one step; returns nothing since it writes to memory that C2 cannot take for dead. */
  @Benchmark
  public void run() {
    engine.runSteps();
  }

  /** Gives the memory back. */
  @TearDown
  public void close() {
    engine.close();
  }
}
