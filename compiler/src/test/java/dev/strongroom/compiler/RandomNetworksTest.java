package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random networks, compiled for random budgets, against the interpreter that plans nothing. */
class RandomNetworksTest {
  private static final int NETWORKS_A_BLOCK = 40;

  @ParameterizedTest(name = "seeds {0}000 to {0}039")
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void answersEqualTheInterpretersAndTheHighWaterMarkIsTheFootprint(int block) throws Exception {
    for (long seed = block * 1000L; seed < block * 1000L + NETWORKS_A_BLOCK; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      Map<String, Tensor> inputs = CompiledModels.inputs(graph, seed);
      Map<String, Tensor> expected = Interpreter.run(graph, inputs);
      for (Compilation compilation : compilations(graph, seed)) {
        String what = "seed %d in %,d bytes".formatted(seed, compilation.certificate().footprint());
        CompiledModels.Run run = CompiledModels.run(compilation, inputs);
        assertThat(run.highWater())
            .as("high-water mark, " + what)
            .isEqualTo(compilation.certificate().footprint());
        assertThat(run.bytesOpened())
            .as("bytes opened, " + what)
            .isEqualTo(compilation.certificate().bytesOpened());
        for (String output : graph.outputs()) {
          CompiledModels.assertClose(
              "%s of %s".formatted(output, what),
              run.outputs().get(output),
              expected.get(output).floats());
        }
      }
    }
  }

  /** With everything resident, in the smallest budget, and in one between. */
  private static Compilation[] compilations(Graph graph, long seed) throws Exception {
    Compilation roomy = Compiler.compile(graph, CompileOptions.unlimited());
    long smallest = roomy.certificate().smallestBudget();
    long largest = Math.max(smallest, roomy.certificate().footprint());
    long between = new SplittableRandom(seed).nextLong(smallest, largest + 1);
    return new Compilation[] {
      roomy,
      Compiler.compile(graph, CompileOptions.forBudget(smallest)),
      Compiler.compile(graph, CompileOptions.forBudget(between))
    };
  }

  @Test
  void oneByteLessThanTheSmallestBudgetIsRefused() throws Exception {
    for (long seed = 7000; seed < 7020; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      long smallest =
          Compiler.compile(graph, CompileOptions.unlimited()).certificate().smallestBudget();
      assertThat(
              Compiler.compile(graph, CompileOptions.forBudget(smallest)).certificate().footprint())
          .as("footprint in the smallest budget, seed %d", seed)
          .isEqualTo(smallest);
      try {
        Compiler.compile(graph, CompileOptions.forBudget(smallest - 1));
        throw new AssertionError("seed %d compiled in %d bytes".formatted(seed, smallest - 1));
      } catch (BudgetTooSmallException e) {
        assertThat(e.smallestBudget()).as("seed %d", seed).isEqualTo(smallest);
      }
    }
  }

  @Test
  void compilingTwiceGivesTheSameBytes() throws Exception {
    Graph graph = RandomGraphs.ofSeed(42);
    Compilation first = Compiler.compile(graph, CompileOptions.unlimited());
    Compilation second = Compiler.compile(RandomGraphs.ofSeed(42), CompileOptions.unlimited());
    assertThat(second.program()).isEqualTo(first.program());
    assertThat(second.weights()).isEqualTo(first.weights());
  }
}
