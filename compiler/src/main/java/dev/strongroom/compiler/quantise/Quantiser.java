package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Quantises after training (Jacob et al., arXiv 1712.05877, section 3; Nagel et al., arXiv
 * 2106.08295, section 3): weights symmetric, a scale for each output channel; activations with one
 * scale and a zero point, 0 exact; biases as INT32 with the scale of the products they join.
 *
 * <p>Rounding happens where a layer's result leaves it, behind the activation function. Inputs and
 * outputs of the graph stay FLOAT32, as do softmax, layer normalisation, transposed convolutions
 * and products of two activations.
 */
public final class Quantiser {
  private final Graph graph;
  private final Optional<Calibration> calibration;
  private final QuantiseOptions options;
  private final QuantiseProgress progress;

  private Quantiser(
      Graph graph,
      Optional<Calibration> calibration,
      QuantiseOptions options,
      QuantiseProgress progress) {
    this.graph = graph;
    this.calibration = calibration;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Quantises the graph that was calibrated, and leaves the most sensitive layers FLOAT32 until the
   * options' bounds hold.
   *
   * @throws QuantisationException if nothing in it can be quantised
   */
  public static Quantised quantise(
      Calibration calibration, QuantiseOptions options, QuantiseProgress progress)
      throws QuantisationException {
    return new Quantiser(calibration.graph(), Optional.of(calibration), options, progress).run();
  }

  /**
   * Quantises the weights of {@code model}, for which no samples are needed, without saying what
   * becomes of the answers.
   *
   * @throws QuantisationException if it is quantised already, or nothing in it can be quantised
   */
  public static Quantised weights(Graph model) throws QuantisationException {
    return new Quantiser(
            Calibration.rewritten(model),
            Optional.empty(),
            QuantiseOptions.ofWeightsOnly(),
            QuantiseProgress.NONE)
        .run();
  }

  private Quantised run() throws QuantisationException {
    List<Unit> units = Units.of(graph, options.weightsOnly());
    if (units.stream().allMatch(u -> u.weights().isEmpty())) {
      throw new QuantisationException(
          "%s has no convolution or product with constant weights that could be quantised",
          graph.name());
    }
    Graph whole = with(units);
    Optional<OutputError> all = measured(whole);
    if (all.isEmpty() || options.accepts(all.get())) {
      return result(whole, units, List.of(), all, all);
    }
    List<Unit> ranked =
        Sensitivity.rank(calibration.orElseThrow(), units, u -> with(List.of(u)), progress);
    return leastFloat(units, ranked, all.get());
  }

  /** Bisects for the smallest number of units, the most sensitive first, to be left alone. */
  private Quantised leastFloat(List<Unit> units, List<Unit> ranked, OutputError all) {
    int tooFew = 0;
    int enough = ranked.size();
    Quantised best = attempt(units, ranked, all);
    int steps = 32 - Integer.numberOfLeadingZeros(ranked.size());
    for (int step = 1; enough - tooFew > 1; step++) {
      progress.progress("choosing layers", Math.min(step, steps), steps);
      int middle = (tooFew + enough) / 2;
      Quantised tried = attempt(units, ranked.subList(0, middle), all);
      if (options.accepts(tried.error().orElseThrow())) {
        enough = middle;
        best = tried;
      } else {
        tooFew = middle;
      }
    }
    return best;
  }

  private Quantised attempt(List<Unit> units, List<Unit> left, OutputError all) {
    Graph partly = with(units.stream().filter(u -> !left.contains(u)).toList());
    return result(partly, units, left, Optional.of(all), measured(partly));
  }

  private Graph with(List<Unit> units) {
    Map<String, Range> ranges = new HashMap<>();
    Set<Node> products = new HashSet<>();
    for (Unit unit : units) {
      products.addAll(unit.weights());
      unit.values().stream()
          .map(v -> calibration.orElseThrow().range(v, options))
          .reduce(Range::union)
          .ifPresent(range -> unit.values().forEach(v -> ranges.put(v, range)));
    }
    return QdqGraph.of(graph, ranges, products, options.perChannel());
  }

  private Optional<OutputError> measured(Graph quantised) {
    return calibration.map(
        c -> OutputError.of(c.answers(), new Evaluator(quantised).runAll(c.samples())));
  }

  private Quantised result(
      Graph quantised,
      List<Unit> units,
      List<Unit> left,
      Optional<OutputError> all,
      Optional<OutputError> error) {
    long bytes = 0;
    long integers = 0;
    for (Unit unit : units) {
      for (Node node : unit.weights()) {
        Tensor weights = graph.constants().get(node.inputs().get(1));
        long count = weights == null ? 0 : weights.shape().elements();
        bytes += 4 * count;
        integers += left.contains(unit) ? 0 : count;
      }
    }
    return new Quantised(
        quantised,
        units.size(),
        left.stream().map(Unit::name).toList(),
        bytes,
        integers,
        calibration.map(Calibration::size).orElse(0),
        all,
        error);
  }
}
