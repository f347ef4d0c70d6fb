package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Orders units by what each does to the answers when it alone is quantised. Only what lies behind
 * the unit is computed again, where memory allows to keep what lies ahead of it.
 */
final class Sensitivity {
  /** A ranking needs fewer samples than a range does. */
  private static final int MOST_SAMPLES = 4;

  private Sensitivity() {}

  /**
   * {@code units}, the one that spoils the answers most first.
   *
   * @param alone the graph in which one unit is quantised
   */
  static List<Unit> rank(
      Calibration calibration,
      List<Unit> units,
      Function<Unit, Graph> alone,
      QuantiseProgress progress) {
    List<Graph> graphs = units.stream().map(alone).toList();
    List<Integer> chosen = chosen(calibration.size());
    List<List<Map<String, Tensor>>> answers = new ArrayList<>();
    units.forEach(_ -> answers.add(new ArrayList<>()));
    long total = (long) chosen.size() * units.size();
    long[] done = {0};
    for (int sample : chosen) {
      Map<String, Tensor> inputs = calibration.samples().get(sample);
      Map<String, Tensor> known = values(calibration.graph(), inputs);
      List<Map<String, Tensor>> all =
          IntStream.range(0, units.size())
              .parallel()
              .mapToObj(
                  i -> {
                    Evaluator evaluator = new Evaluator(graphs.get(i));
                    Set<String> same = evaluator.sameAs(calibration.graph());
                    Map<String, Tensor> reused = new HashMap<>(known);
                    reused.keySet().retainAll(same);
                    Map<String, Tensor> outputs = evaluator.run(inputs, reused, (_, _) -> {});
                    synchronized (done) {
                      progress.progress("measuring layers", ++done[0], total);
                    }
                    return outputs;
                  })
              .toList();
      for (int i = 0; i < all.size(); i++) {
        answers.get(i).add(all.get(i));
      }
    }
    List<Map<String, Tensor>> expected = chosen.stream().map(calibration.answers()::get).toList();
    Map<Unit, Double> errors = new HashMap<>();
    for (int i = 0; i < units.size(); i++) {
      errors.put(units.get(i), OutputError.of(expected, answers.get(i)).relative());
    }
    return units.stream()
        .sorted(Comparator.comparing((Unit u) -> errors.getOrDefault(u, 0.0)).reversed())
        .toList();
  }

  /** Samples at equal distances. */
  private static List<Integer> chosen(int size) {
    int count = Math.min(size, MOST_SAMPLES);
    return IntStream.range(0, count).mapToObj(i -> i * size / count).toList();
  }

  /** All values for one sample, or none where they would take more than a quarter of the heap. */
  private static Map<String, Tensor> values(Graph graph, Map<String, Tensor> inputs) {
    long bytes = 0;
    for (TensorType type : graph.types().values()) {
      bytes += type.shape().elements() * type.dataType().bytes();
    }
    Map<String, Tensor> values = new HashMap<>();
    if (bytes < Runtime.getRuntime().maxMemory() / 4) {
      new Evaluator(graph).run(inputs, Map.of(), values::put);
    }
    return values;
  }
}
