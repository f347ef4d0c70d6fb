package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Computes a graph for many samples, as the reference interpreter does but for faster convolutions
 * and what it is told already.
 */
final class Evaluator {
  private final Graph graph;

  /** Values that some node after each reads for the last time, by the node's place. */
  private final Map<String, Integer> lastUse = new HashMap<>();

  Evaluator(Graph graph) {
    this.graph = graph;
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (String input : graph.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    graph.outputs().forEach(output -> lastUse.put(output, Integer.MAX_VALUE));
  }

  /** The answers to each sample; samples are computed on all processors. */
  List<Map<String, Tensor>> runAll(List<Map<String, Tensor>> samples) {
    return IntStream.range(0, samples.size())
        .parallel()
        .mapToObj(i -> run(samples.get(i), Map.of(), (_, _) -> {}))
        .toList();
  }

  /**
   * The outputs for one sample.
   *
   * @param known values that need not be computed, by name
   * @param watcher shown every value that is computed
   */
  Map<String, Tensor> run(
      Map<String, Tensor> sample, Map<String, Tensor> known, BiConsumer<String, Tensor> watcher) {
    Map<String, Tensor> values = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (known.containsKey(node.output())) {
        continue;
      }
      List<Tensor> operands =
          node.inputs().stream().map(name -> find(name, values, sample, known)).toList();
      Tensor result = evaluate(node.op(), operands, graph.type(node.output()));
      watcher.accept(node.output(), result);
      values.put(node.output(), result);
      for (String input : node.inputs()) {
        if (lastUse.getOrDefault(input, -1) == i) {
          values.remove(input);
        }
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    graph.outputs().forEach(name -> outputs.put(name, find(name, values, sample, known)));
    return outputs;
  }

  private Tensor find(
      String name,
      Map<String, Tensor> values,
      Map<String, Tensor> sample,
      Map<String, Tensor> known) {
    for (Map<String, Tensor> place : List.of(values, graph.constants(), sample, known)) {
      Tensor tensor = place.get(name);
      if (tensor != null) {
        return tensor;
      }
    }
    throw new IllegalStateException("value " + name + " was not computed");
  }

  private static Tensor evaluate(Op op, List<Tensor> in, TensorType out) {
    return op instanceof Op.Conv conv
        ? FastConv.conv(conv, in, out.shape())
        : Interpreter.evaluate(op, in, out);
  }

  /** Values of this graph that are what {@code other} calls by the same name. */
  Set<String> sameAs(Graph other) {
    Map<String, Node> others = new HashMap<>();
    other.nodes().forEach(n -> others.put(n.output(), n));
    Set<String> same = new HashSet<>(graph.inputs());
    graph.constants().keySet().stream().filter(other.constants()::containsKey).forEach(same::add);
    for (Node node : graph.nodes()) {
      Node twin = others.get(node.output());
      if (twin != null
          && twin.op().equals(node.op())
          && twin.inputs().equals(node.inputs())
          && same.containsAll(node.inputs())) {
        same.add(node.output());
      }
    }
    return same;
  }
}
