package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random quantised networks, compiled and run, against the interpreter, which computes in floats
 * between dequantising and quantising. Rounding may fall on the other side there, so that integers
 * differ by one; and since a later layer would make more of that, each quantised value is compared
 * with what the interpreter makes of the engine's values before it.
 */
class QuantizedNetworksTest {
  private static final int NETWORKS_A_BLOCK = 30;

  @ParameterizedTest(name = "seeds {0}000 to {0}029")
  @ValueSource(ints = {1, 2, 3})
  void everyQuantisedValueIsWithinOneQuantumOfTheInterpreters(int block) throws Exception {
    long elements = 0;
    long different = 0;
    for (long seed = block * 1000L; seed < block * 1000L + NETWORKS_A_BLOCK; seed++) {
      Graph graph = withEveryQuantisedValue(RandomQuantizedGraphs.ofSeed(seed));
      Map<String, Tensor> inputs = CompiledModels.inputs(graph, seed);
      Compilation compilation = Compiler.compile(graph, CompileOptions.unlimited());
      Map<String, float[]> values = CompiledModels.run(compilation, inputs).outputs();
      for (String output : graph.outputs()) {
        float[] expected = fromValuesBefore(graph, output, inputs, values);
        float[] actual = values.get(output);
        String what = "%s of seed %d".formatted(output, seed);
        float quantum = quantum(graph, output);
        if (quantum == 0) {
          CompiledModels.assertClose(what, actual, expected);
          continue;
        }
        for (int i = 0; i < actual.length; i++) {
          double difference = Math.abs(actual[i] - expected[i]) / quantum;
          if (!(difference < 1.01)) {
            throw new AssertionError(
                "%s: element %d of %d is %s, expected %s within %s"
                    .formatted(what, i, actual.length, actual[i], expected[i], quantum));
          }
          elements++;
          different += difference > 0.5 ? 1 : 0;
        }
      }
    }
    assertThat(different)
        .as("of %d quantised elements, those that are not the interpreter's", elements)
        .isLessThan(elements / 100);
    assertThat(elements).as("quantised elements compared").isGreaterThan(10_000);
  }

  @ParameterizedTest(name = "seeds {0}000 to {0}029")
  @ValueSource(ints = {1, 2, 3})
  void anyBudgetGivesTheSameAnswerAndTheHighWaterMarkIsTheFootprint(int block) throws Exception {
    for (long seed = block * 1000L; seed < block * 1000L + NETWORKS_A_BLOCK; seed++) {
      Graph graph = RandomQuantizedGraphs.ofSeed(seed);
      Map<String, Tensor> inputs = CompiledModels.inputs(graph, seed);
      Compilation reference =
          Compiler.compile(withEveryQuantisedValue(graph), CompileOptions.unlimited());
      Map<String, float[]> expected = CompiledModels.run(reference, inputs).outputs();
      Compilation roomy = Compiler.compile(graph, CompileOptions.unlimited());
      long smallest = roomy.certificate().smallestBudget();
      long largest = Math.max(smallest, roomy.certificate().footprint());
      long between = new SplittableRandom(seed).nextLong(smallest, largest + 1);
      for (Compilation compilation :
          List.of(
              roomy,
              Compiler.compile(graph, CompileOptions.forBudget(smallest)),
              Compiler.compile(graph, CompileOptions.forBudget(between)))) {
        String what = "seed %d in %,d bytes".formatted(seed, compilation.certificate().footprint());
        CompiledModels.Run run = CompiledModels.run(compilation, inputs);
        assertThat(run.highWater())
            .as("high-water mark, " + what)
            .isEqualTo(compilation.certificate().footprint());
        assertThat(run.bytesOpened())
            .as("bytes opened, " + what)
            .isEqualTo(compilation.certificate().bytesOpened());
        for (String output : graph.outputs()) {
          // Integers are the same to the bit; sums of floats depend on where things lie.
          CompiledModels.assertClose(
              "%s of %s".formatted(output, what), run.outputs().get(output), expected.get(output));
        }
      }
    }
  }

  private static boolean dequantisesActivations(Graph graph, Node node) {
    return node.op() instanceof Op.Dequantize
        && !graph.constants().containsKey(node.inputs().getFirst());
  }

  /** The same graph with each dequantised activation as an output, which changes no step before. */
  private static Graph withEveryQuantisedValue(Graph graph) {
    Set<String> outputs = new LinkedHashSet<>(graph.outputs());
    for (Node node : graph.nodes()) {
      if (dequantisesActivations(graph, node)) {
        outputs.add(node.output());
      }
    }
    return new Graph(
        graph.name(),
        graph.inputs(),
        List.copyOf(outputs),
        graph.nodes(),
        graph.constants(),
        graph.types());
  }

  /** What {@code output} is, given the engine's values of all quantised activations before it. */
  private static float[] fromValuesBefore(
      Graph graph, String output, Map<String, Tensor> inputs, Map<String, float[]> values) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> given = new LinkedHashMap<>();
    Set<String> needed = new LinkedHashSet<>(Set.of(output));
    for (Node node : graph.nodes().reversed()) {
      if (!needed.contains(node.output())) {
        continue;
      }
      if (dequantisesActivations(graph, node) && !node.output().equals(output)) {
        int[] shape = graph.type(node.output()).shape().dims();
        given.put(node.output(), Tensor.ofFloats(values.get(node.output()), shape));
      } else {
        nodes.add(node);
        needed.addAll(node.inputs());
      }
    }
    for (String input : graph.inputs()) {
      if (needed.contains(input)) {
        given.put(input, inputs.get(input));
      }
    }
    Graph part =
        new Graph(
            "part",
            List.copyOf(given.keySet()),
            List.of(output),
            nodes.reversed(),
            graph.constants(),
            graph.types());
    return Interpreter.run(part, given).get(output).floats();
  }

  /** The scale of a value that was dequantised, 0 of others. */
  private static float quantum(Graph graph, String output) {
    for (Node node : graph.nodes()) {
      if (node.output().equals(output) && dequantisesActivations(graph, node)) {
        return graph.constants().get(node.inputs().get(1)).data().getFloat();
      }
    }
    return 0;
  }
}
