package dev.strongroom.cli;

import dev.strongroom.graph.darknet.DarknetWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** Where the weights of a Darknet network come from; other formats hold theirs. */
final class WeightOptions {
  private static final String CFG = ".cfg";

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Weights of a Darknet network (default: the .weights beside its .cfg, of the same name).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--random-weights",
      paramLabel = "SEED",
      description =
          "Give a Darknet network random weights, the same ones for the same seed: memory and time"
              + " are real then, answers mean nothing.")
  private Optional<Long> seed = Optional.empty();

  /** Whether {@code model} is a Darknet network, by its name. */
  static boolean isDarknet(Path model) {
    return model.toString().endsWith(CFG);
  }

  /** The weights of the Darknet network {@code cfg}, if there are any. */
  Optional<DarknetWeights> of(Path cfg) throws RequestException {
    if (seed.isPresent()) {
      if (file.isPresent()) {
        throw new RequestException(
            "--weights and --random-weights contradict each other: leave one of them out");
      }
      return Optional.of(new DarknetWeights.Seeded(seed.get()));
    }
    if (file.isPresent()) {
      return Optional.of(new DarknetWeights.File(file.get()));
    }
    String name = cfg.getFileName().toString();
    Path beside = cfg.resolveSibling(name.substring(0, name.length() - CFG.length()) + ".weights");
    return Files.exists(beside) ? Optional.of(new DarknetWeights.File(beside)) : Optional.empty();
  }

  /** Refuses options that {@code model}, which holds its weights, cannot use. */
  void requireUnused(Path model) throws RequestException {
    if (file.isPresent() || seed.isPresent()) {
      throw new RequestException(
          "%s brings its own weights: --weights and --random-weights are for Darknet networks (.cfg)"
              .formatted(model));
    }
  }

  /** The seed of random weights, if they were asked for. */
  OptionalLong seed() {
    return seed.isPresent() ? OptionalLong.of(seed.get()) : OptionalLong.empty();
  }

  /** Says that weights are random, if they are. */
  void declare(Console console) {
    seed.ifPresent(
        s ->
            console.note(
                "the weights are random (seed %d): memory and time are real, answers mean nothing"
                    .formatted(s)));
  }
}
