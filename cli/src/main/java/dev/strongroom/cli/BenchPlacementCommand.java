package dev.strongroom.cli;

import dev.strongroom.bench.InvalidInstanceException;
import dev.strongroom.bench.PlacementBenchmark;
import dev.strongroom.bench.PlacementBenchmark.Outcome;
import dev.strongroom.bench.PlacementInstance;
import dev.strongroom.cli.io.InputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code bench placement DIR}: how small a memory published instances are placed in. */
@Command(
    name = "placement",
    description = {
      "Places the instances of a directory in memory, as the compiler places tensors: files that",
      "end with .csv, in MiniMalloc's form (id,lower,upper,size; upper is exclusive)."
    },
    footer = "  strongroom bench placement testdata/minimalloc")
final class BenchPlacementCommand extends CliCommand {
  private static final String SUFFIX = ".csv";
  private static final int MOST_BYTES = 16 << 20;

  @Parameters(paramLabel = "DIR", description = "A directory with instances.")
  private Path directory = Path.of("");

  @Option(
      names = "--capacity",
      paramLabel = "SIZE",
      description = "The memory to do with; the search ends once it does. Usually 1MiB.")
  private Size capacity = new Size(1 << 20);

  @Option(
      names = "--minimize",
      description = "Go on below that until the peak is proven to be the smallest.")
  private boolean minimize;

  @Option(
      names = "--seconds-per-instance",
      paramLabel = "N",
      description = "After this time the best so far counts. Usually 60.")
  private int seconds = 60;

  BenchPlacementCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    if (seconds < 1) {
      throw new RequestException(
          "--seconds-per-instance is %d: allow at least 1".formatted(seconds));
    }
    List<PlacementInstance> instances = instances();
    List<Outcome> outcomes = new ArrayList<>();
    try (Progress progress = Progress.of(console(), "placing", " instances", 1)) {
      for (PlacementInstance instance : instances) {
        progress.progress(outcomes.size(), instances.size());
        outcomes.add(
            PlacementBenchmark.run(
                instance, capacity.bytes(), minimize, Duration.ofSeconds(seconds)));
      }
    }
    if (json()) {
      print(toJson(outcomes));
    } else {
      show(outcomes);
    }
    List<String> tooLarge =
        outcomes.stream().filter(o -> !o.fits()).map(Outcome::instance).toList();
    if (!tooLarge.isEmpty()) {
      console()
          .note(
              "%d of %d instances found no place within %,d bytes (%s): allow more with --capacity or --seconds-per-instance"
                  .formatted(
                      tooLarge.size(),
                      outcomes.size(),
                      capacity.bytes(),
                      String.join(", ", tooLarge)));
      return Failures.CANNOT_BE_MET;
    }
    return Failures.DONE;
  }

  private List<PlacementInstance> instances()
      throws RequestException, InvalidInstanceException, IOException {
    if (!Files.isDirectory(directory)) {
      throw new RequestException(
          "%s is no directory: name one that holds instances as .csv files".formatted(directory));
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(f -> f.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new RequestException(
          "%s holds no instances: their names end with %s".formatted(directory, SUFFIX));
    }
    List<PlacementInstance> instances = new ArrayList<>();
    for (Path file : files) {
      // Whatever is no ASCII is no number either, and refused with its line.
      String text =
          new String(InputFile.read(file, "instance", MOST_BYTES), StandardCharsets.ISO_8859_1);
      PlacementInstance parsed = PlacementInstance.parse(file.toString(), text);
      String name = file.getFileName().toString();
      instances.add(
          new PlacementInstance(
              name.substring(0, name.length() - SUFFIX.length()), parsed.requests()));
    }
    return instances;
  }

  private static ArrayNode toJson(List<Outcome> outcomes) {
    ArrayNode answer = JsonNodeFactory.instance.arrayNode();
    for (Outcome o : outcomes) {
      answer
          .addObject()
          .put("instance", o.instance())
          .put("capacity", o.capacity())
          .put("lowerBound", o.lowerBound())
          .put("peak", o.peak())
          .put("seconds", Math.round(o.seconds() * 1e3) / 1e3)
          .put("optimal", o.optimal())
          .put("nodes", o.nodes());
    }
    return answer;
  }

  private void show(List<Outcome> outcomes) {
    int width = outcomes.stream().mapToInt(o -> o.instance().length()).max().orElse(0);
    width = Math.max(width, "instance".length());
    String row = "%-" + width + "s  %14s  %14s  %14s  %-8s  %8s";
    say(row, "instance", "lower bound", "peak", "gap", "smallest", "seconds");
    for (Outcome o : outcomes) {
      say(
          row,
          o.instance(),
          "%,d".formatted(o.lowerBound()),
          "%,d".formatted(o.peak()),
          "%,d".formatted(o.peak() - o.lowerBound()),
          o.optimal() ? "proven" : "unknown",
          String.format(Locale.ROOT, "%.2f", o.seconds()));
    }
    long fit = outcomes.stream().filter(Outcome::fits).count();
    say("%d of %d within %,d bytes", fit, outcomes.size(), capacity.bytes());
  }
}
