package dev.strongroom.bench.engine;

import dev.strongroom.bench.memory.Networks;
import dev.strongroom.compiler.BudgetTooSmallException;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.CompiledModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The process that measures one model, for {@link EngineBenchmark}. */
final class EngineMain {
  /** What the smallest memory may cost in multiply-accumulates, relative to the model's own. */
  private static final double MACS_FACTOR = 1.3;

  /** Of each stage, for whoever watches. */
  private static final int PARTS = 1_000;

  private static final List<Contestant> ALL = List.of(Contestant.values());
  private static final List<Contestant> FP32 =
      ALL.stream().filter(c -> c != Contestant.STRONGROOM_INT8).toList();

  private final Parent parent;
  private final List<Integer> threads;
  private final int repeat;
  private final ModelOrigin origin;
  private int told = -1;

  private EngineMain(Parent parent, List<Integer> threads, int repeat, ModelOrigin origin) {
    this.parent = parent;
    this.threads = threads;
    this.repeat = repeat;
    this.origin = origin;
  }

  /** What {@link #main} takes. */
  static List<String> arguments(List<Integer> threads, int repeat, ModelOrigin origin) {
    List<String> arguments = new ArrayList<>();
    arguments.add(threads.stream().map(String::valueOf).collect(Collectors.joining(",")));
    arguments.add(Integer.toString(repeat));
    arguments.addAll(origin.words());
    return arguments;
  }

  static void main(String[] arguments) {
    Parent.serve(
        parent ->
            new EngineMain(
                    parent,
                    Arrays.stream(arguments[0].split(",")).map(Integer::valueOf).toList(),
                    Integer.parseInt(arguments[1]),
                    ModelOrigin.of(List.of(arguments).subList(2, arguments.length)))
                .measure());
  }

  private void measure() throws Exception {
    Compilation unlimited;
    Compilation smallest;
    Optional<Compilation> quantised;
    try {
      Graph graph = origin.graph();
      unlimited = Compiler.compile(graph, options(0));
      smallest = Compiler.compileSmallest(graph, options(1).withMaxMacs(MACS_FACTOR));
      quantised =
          origin.meansNothing()
              ? Optional.of(Compiler.compile(Networks.quantised(graph), CompileOptions.unlimited()))
              : Optional.empty();
    } catch (InvalidModelException | UnsupportedModelException e) {
      parent.tell(Line.UNSUPPORTED, String.valueOf(e.getMessage()));
      return;
    } catch (BudgetTooSmallException | IllegalStateException e) {
      // A defect of the compiler, which must not keep the other models from being measured.
      parent.tell(Line.UNSUPPORTED, "it does not compile, a defect of ours: " + e.getMessage());
      return;
    }
    parent.tell(
        Line.COMPILED,
        unlimited.certificate().macs(),
        smallest.certificate().macs(),
        smallest.certificate().footprint());
    byte[] onnx = origin.onnx();
    try {
      for (int i = 0; i < threads.size(); i++) {
        measure(
            model(unlimited),
            model(smallest),
            quantised.map(EngineMain::model),
            onnx,
            threads.get(i),
            2 + i);
      }
    } catch (WrongAnswerException e) {
      parent.tell(Line.UNSUPPORTED, "answers differ, so no time counts: " + e.getMessage());
    }
  }

  private static CompiledModel model(Compilation compilation) {
    return new CompiledModel(compilation.program(), compilation.weights());
  }

  /** Answers of {@code quantised} are not compared: they are another model's. */
  private void measure(
      CompiledModel unlimited,
      CompiledModel smallest,
      Optional<CompiledModel> quantised,
      byte[] onnx,
      int count,
      int stage)
      throws Exception {
    Map<String, Tensor> inputs = ModelInputs.of(unlimited.program());
    try (OnnxRuntime theirs = new OnnxRuntime(onnx, inputs, count)) {
      try (LoadedEngine ours = new LoadedEngine(unlimited, WeightStore.PLAIN, inputs, count);
          LoadedEngine small = new LoadedEngine(smallest, WeightStore.SEALED, inputs, count)) {
        Map<String, float[]> expected = theirs.outputs();
        Agreement.require("strongroom", ours.outputs(), expected);
        Agreement.require("strongroom in its smallest memory", small.outputs(), expected);
        if (quantised.isEmpty()) {
          race(FP32, List.of(ours, small, theirs), count, stage);
        } else {
          try (LoadedEngine int8 =
              new LoadedEngine(quantised.get(), WeightStore.PLAIN, inputs, count)) {
            race(ALL, List.of(ours, small, int8, theirs), count, stage);
          }
        }
      }
    }
    parent.tell(Line.PEAK, count, FmaPeak.gflops(count));
  }

  private void race(List<Contestant> contestants, List<Runner> runners, int count, int stage)
      throws Exception {
    List<Race.Result> results =
        Race.run(runners, repeat, count > 1, done -> progress(stage, done, repeat));
    for (int i = 0; i < runners.size(); i++) {
      Samples times = results.get(i).times();
      parent.tell(
          Line.TIMED,
          contestants.get(i),
          count,
          times.median(),
          times.quantile(0.9),
          results.get(i).leastAllocated());
    }
  }

  private CompileOptions options(int stage) {
    return CompileOptions.unlimited()
        .withProgress((task, done, total) -> progress(stage, done, total));
  }

  private void progress(int stage, int done, int total) {
    int now = stage * PARTS + (int) ((long) PARTS * done / total);
    if (now != told) {
      told = now;
      parent.tell(Line.PROGRESS, now, (2 + threads.size()) * PARTS);
    }
  }
}
