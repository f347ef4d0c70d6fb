package dev.strongroom.cli;

import dev.strongroom.bench.memory.MemoryBenchmark;
import dev.strongroom.bench.memory.MemoryRow;
import dev.strongroom.bench.memory.Network;
import dev.strongroom.bench.memory.Networks;
import dev.strongroom.cli.io.InputFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench memory}: how little secure memory known networks take, and what that costs. */
@Command(
    name = "memory",
    description = {
      "Compiles known networks, batch 1, for the smallest secure memory that works and with all"
          + " weights resident, and runs them in worlds of that size, one after the other in turns.",
      "Networks without trained weights get seeded random ones: memory and time are real then,"
          + " answers mean nothing."
    },
    footer = {
      "  strongroom bench memory --no-time",
      "  strongroom bench memory --network MobileNetV1 --network ResNet-18 --json"
    })
final class BenchMemoryCommand extends CliCommand {
  private static final String MINI_LM = "all-minilm-l6-v2.onnx";
  private static final int MAX_REPEAT = 100_000;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "Only this network; may be given more than once (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--minilm",
      paramLabel = "FILE",
      description =
          "MiniLM's model file, " + MINI_LM + " (90 MB; default: what the tests fetched, if any).")
  private Optional<Path> miniLm = Optional.empty();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "15",
      description = "Time so many inferences in each world (default: ${DEFAULT-VALUE}).")
  private int repeat = 15;

  @Option(names = "--no-time", description = "Run every network once and time nothing.")
  private boolean noTime;

  BenchMemoryCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    if (repeat < 1 || repeat > MAX_REPEAT) {
      throw new RequestException(
          "--repeat %d is not between 1 and %d; --no-time times nothing"
              .formatted(repeat, MAX_REPEAT));
    }
    MemoryBenchmark benchmark =
        new MemoryBenchmark(
            noTime ? 0 : repeat,
            (secureMemory, sealedBytes, vendor) ->
                Worlds.openLocal(
                    new Size(secureMemory), sealedBytes, Optional.empty(), List.of(vendor)));
    List<MemoryRow> rows = new ArrayList<>();
    for (Network network : networks()) {
      try (Progress progress = Progress.of(console(), network.name(), "", 1)) {
        rows.addAll(benchmark.measure(network, progress));
      }
    }
    if (json()) {
      print(MemoryView.toJson(rows));
    } else {
      MemoryView.show(this, rows);
    }
    return Failures.DONE;
  }

  private List<Network> networks() throws Exception {
    if (miniLm.isPresent()) {
      InputFile.require(miniLm.get(), "model", Integer.MAX_VALUE);
    }
    Optional<Path> file = miniLm.or(() -> Distribution.modelIfPresent(MINI_LM));
    Path models = Distribution.model("ch_PP-OCRv4_det_infer.onnx").resolveSibling("");
    List<Network> all = Networks.all(Distribution.networks(), models, file);
    for (String name : names) {
      if (all.stream().noneMatch(n -> matches(n, name))) {
        throw new RequestException(
            "there is no network '%s'; there are %s%s"
                .formatted(
                    name,
                    all.stream().map(Network::name).collect(Collectors.joining(", ")),
                    file.isPresent() ? "" : ", and MiniLM with --minilm FILE"));
      }
    }
    if (names.isEmpty() && file.isEmpty()) {
      console().note("MiniLM is left out: name its file, %s, with --minilm".formatted(MINI_LM));
    }
    return all.stream()
        .filter(n -> names.isEmpty() || names.stream().anyMatch(name -> matches(n, name)))
        .toList();
  }

  private static boolean matches(Network network, String name) {
    return network.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
  }
}
