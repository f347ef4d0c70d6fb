package dev.strongroom.cli;

import dev.strongroom.compiler.quantise.Calibration;
import dev.strongroom.compiler.quantise.QuantisationException;
import dev.strongroom.compiler.quantise.QuantiseOptions;
import dev.strongroom.compiler.quantise.Quantised;
import dev.strongroom.compiler.quantise.Quantiser;
import dev.strongroom.compiler.quantise.RangeMethod;
import dev.strongroom.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** Quantisation, of every command that compiles. */
final class Int8Options {
  /** As words of the command line. */
  enum RangeWord {
    MINMAX(RangeMethod.MIN_MAX),
    PERCENTILE(RangeMethod.PERCENTILE),
    MSE(RangeMethod.MSE);

    private final RangeMethod method;

    RangeWord(RangeMethod method) {
      this.method = method;
    }
  }

  @Option(
      names = "--int8",
      description =
          "Compute in 8-bit integers where that is possible: a quarter of the memory. Needs"
              + " --calibrate.")
  private boolean int8;

  @Option(
      names = "--int8-weights",
      description =
          "Keep weights as 8-bit integers and compute in float32. With --calibrate it says what"
              + " becomes of the answers.")
  private boolean weightsOnly;

  @Option(
      names = "--calibrate",
      paramLabel = "DIR",
      description =
          "Samples to find the ranges of activations with, and to measure the error on: .npy files"
              + " and pictures in DIR, or in DIR/INPUT where there are several inputs.")
  private Optional<Path> calibrate = Optional.empty();

  @Option(
      names = "--calibration-range",
      paramLabel = "METHOD",
      defaultValue = "percentile",
      description =
          "How ranges are chosen: minmax, percentile (99.99 of 100 elements fit) or mse (least"
              + " squared error) (default: ${DEFAULT-VALUE}).")
  private RangeWord range = RangeWord.PERCENTILE;

  @Option(
      names = "--int8-max-error",
      paramLabel = "ERROR",
      description =
          "Leave the most sensitive layers in float32 until the relative error of the answers is at"
              + " most ERROR, for example 0.05.")
  private Optional<Double> maxError = Optional.empty();

  @Option(
      names = "--int8-min-agreement",
      paramLabel = "PART",
      description =
          "The same until PART of the answers, for example 0.99, have their largest element where"
              + " float32 has it.")
  private Optional<Double> minAgreement = Optional.empty();

  /** Whether something is to be quantised. */
  boolean wanted() {
    return int8 || weightsOnly;
  }

  /**
   * Quantises {@code graph} as asked for.
   *
   * @return empty if nothing was asked for
   */
  Optional<Quantised> apply(Graph graph, PictureOptions pictures, Console console)
      throws RequestException, IOException, QuantisationException {
    requireConsistent();
    if (!wanted()) {
      return Optional.empty();
    }
    if (calibrate.isEmpty()) {
      return Optional.of(Quantiser.weights(graph));
    }
    QuantiseOptions options = options();
    try (QuantiseBar bar = new QuantiseBar(console)) {
      Calibration calibration =
          Calibration.run(
              graph, CalibrationFiles.read(calibrate.get(), graph, pictures.norm()), bar);
      return Optional.of(Quantiser.quantise(calibration, options, bar));
    }
  }

  /** Refuses options that only mean something together with others. */
  void requireConsistent() throws RequestException {
    if (int8 && weightsOnly) {
      throw new RequestException(
          "--int8 includes the weights: leave one of --int8 and --int8-weights out");
    }
    if (!wanted() && (calibrate.isPresent() || maxError.isPresent() || minAgreement.isPresent())) {
      throw new RequestException(
          "--calibrate and bounds on the error mean something with --int8 or --int8-weights only");
    }
    if (calibrate.isEmpty() && (int8 || maxError.isPresent() || minAgreement.isPresent())) {
      throw new RequestException(
          "quantising needs samples: say --calibrate DIR, a directory of .npy files or pictures"
              + " like those the model will meet");
    }
  }

  private QuantiseOptions options() throws RequestException {
    try {
      QuantiseOptions base =
          weightsOnly ? QuantiseOptions.ofWeightsOnly() : QuantiseOptions.defaults();
      return new QuantiseOptions(
          base.weightsOnly(),
          range.method,
          base.percentile(),
          base.perChannel(),
          optional(maxError),
          optional(minAgreement));
    } catch (IllegalArgumentException e) {
      throw new RequestException(Failures.messageOf(e), e);
    }
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
