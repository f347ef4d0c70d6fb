package dev.strongroom.bench.engine;

import dev.strongroom.seal.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times models in our engine and in ONNX Runtime, in turns, each model in a process of its own: as
 * a trusted side has one, and what ran before shows in what C2 makes of the kernels.
 *
 * @param threads numbers of threads to measure with
 * @param repeat how many inferences of each engine are timed
 * @param onnxRuntime its archive
 */
public record EngineBenchmark(List<Integer> threads, int repeat, Path onnxRuntime) {
  public EngineBenchmark {
    threads = List.copyOf(threads);
  }

  /**
   * Measures {@code model}.
   *
   * @throws IOException if the process that measures does not start
   * @throws IllegalStateException if it fails
   */
  public EngineResult measure(EngineModel model, ProgressListener listener)
      throws IOException, InterruptedException {
    Reading reading = new Reading(listener);
    try {
      MeasuringProcess.run(
          EngineMain.class,
          Optional.of(onnxRuntime),
          EngineMain.arguments(threads, repeat, model.origin()),
          reading::take);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("%s: %s".formatted(model.name(), e.getMessage()), e);
    }
    return reading.result(model);
  }

  /** What the process has told so far. */
  private static final class Reading {
    private final ProgressListener listener;
    private final List<Timing> timings = new ArrayList<>();
    private final Map<Integer, Double> peaks = new HashMap<>();
    private Optional<String> unsupported = Optional.empty();
    private long macs;
    private long smallestMacs;
    private long smallestBudget;

    Reading(ProgressListener listener) {
      this.listener = listener;
    }

    void take(Line line) {
      switch (line.about()) {
        case Line.PROGRESS -> listener.progress(line.number(0), line.number(1));
        case Line.UNSUPPORTED -> unsupported = Optional.of(line.word(0));
        case Line.COMPILED -> {
          macs = line.number(0);
          smallestMacs = line.number(1);
          smallestBudget = line.number(2);
        }
        case Line.TIMED ->
            timings.add(
                new Timing(
                    Contestant.valueOf(line.word(0)),
                    line.integer(1),
                    line.number(2),
                    line.number(3),
                    line.number(4)));
        case Line.PEAK -> peaks.put(line.integer(0), line.decimal(1));
        default -> throw new IllegalStateException("the process that measures told " + line);
      }
    }

    EngineResult result(EngineModel model) {
      return new EngineResult(
          model, macs, smallestMacs, smallestBudget, timings, peaks, unsupported);
    }
  }
}
