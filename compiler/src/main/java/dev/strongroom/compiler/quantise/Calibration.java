package dev.strongroom.compiler.quantise;

import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What a graph's values held while it answered samples, and its answers. */
public final class Calibration {
  private final Graph graph;
  private final List<Map<String, Tensor>> samples;
  private final List<Map<String, Tensor>> answers;
  private final Map<String, Histogram> histograms;

  private Calibration(
      Graph graph,
      List<Map<String, Tensor>> samples,
      List<Map<String, Tensor>> answers,
      Map<String, Histogram> histograms) {
    this.graph = graph;
    this.samples = samples;
    this.answers = answers;
    this.histograms = histograms;
  }

  /**
   * Answers the samples, on all processors.
   *
   * @param model what is to be quantised; what is observed is the graph after all rewriting rules,
   *     {@link #graph}
   * @param samples a tensor for each of the graph's inputs; better tens of them than few, and like
   *     those that will be met
   * @throws QuantisationException if the model is quantised already, if there are no samples, or if
   *     a value is infinite or no number for one of them
   */
  public static Calibration run(
      Graph model, List<Map<String, Tensor>> samples, QuantiseProgress progress)
      throws QuantisationException {
    Graph graph = rewritten(model);
    if (samples.isEmpty()) {
      throw new QuantisationException(
          "there are no samples to find the ranges of %s's activations with", graph.name());
    }
    Map<String, Histogram> histograms = new HashMap<>();
    for (String input : graph.inputs()) {
      histograms.put(input, new Histogram());
    }
    graph.nodes().forEach(n -> histograms.put(n.output(), new Histogram()));
    Evaluator evaluator = new Evaluator(graph);
    AtomicInteger done = new AtomicInteger();
    progress.progress("calibrating", 0, samples.size());
    List<Map<String, Tensor>> answers =
        IntStream.range(0, samples.size())
            .parallel()
            .mapToObj(
                i -> {
                  Map<String, Tensor> sample = samples.get(i);
                  graph.inputs().forEach(name -> add(histograms, name, sample.get(name)));
                  Map<String, Tensor> outputs =
                      evaluator.run(sample, Map.of(), (name, t) -> add(histograms, name, t));
                  synchronized (progress) {
                    progress.progress("calibrating", done.incrementAndGet(), samples.size());
                  }
                  return outputs;
                })
            .toList();
    for (Map.Entry<String, Histogram> value : histograms.entrySet()) {
      if (!value.getValue().isFinite()) {
        throw new QuantisationException(
            "value %s of %s becomes infinite or no number on the calibration samples; look for"
                + " damage in the model or the samples",
            value.getKey(), graph.name());
      }
    }
    return new Calibration(graph, List.copyOf(samples), answers, histograms);
  }

  /** {@code model} as it is observed and quantised. */
  static Graph rewritten(Graph model) throws QuantisationException {
    boolean quantised =
        model.nodes().stream()
            .anyMatch(n -> n.op() instanceof Op.Quantize || n.op() instanceof Op.Dequantize);
    if (quantised) {
      throw new QuantisationException("%s is quantised already: compile it as it is", model.name());
    }
    return Rewriter.rewrite(model).graph();
  }

  private static void add(
      Map<String, Histogram> histograms, String name, @org.jspecify.annotations.Nullable Tensor t) {
    Histogram histogram = histograms.get(name);
    if (t == null || histogram == null) {
      throw new IllegalArgumentException("a sample has no tensor for input " + name);
    }
    if (t.dataType() == DataType.FLOAT32) {
      float[] values = t.floats();
      synchronized (histogram) {
        histogram.add(values);
      }
    }
  }

  /** The graph that was observed: the model after all rewriting rules. */
  public Graph graph() {
    return graph;
  }

  /** Number of samples. */
  public int size() {
    return samples.size();
  }

  List<Map<String, Tensor>> samples() {
    return samples;
  }

  /** The graph's outputs for each sample. */
  List<Map<String, Tensor>> answers() {
    return answers;
  }

  /** The range that {@code options} choose for {@code value}. */
  Range range(String value, QuantiseOptions options) {
    Histogram histogram = histograms.get(value);
    if (histogram == null) {
      throw new IllegalArgumentException("value " + value + " was not observed");
    }
    return histogram.range(options);
  }
}
