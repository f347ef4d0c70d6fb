package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks whose nodes stand in a bad order, compiled for the least memory. */
class ReorderedNetworksTest {
  @Test
  void answersOfShuffledNetworksEqualTheInterpreters() throws Exception {
    for (long seed = 9000; seed < 9060; seed++) {
      Graph graph = Shuffled.nodesOf(RandomGraphs.ofSeed(seed), seed);
      Map<String, Tensor> inputs = CompiledModels.inputs(graph, seed);
      Map<String, Tensor> expected = Interpreter.run(graph, inputs);
      long smallest =
          Compiler.compile(graph, CompileOptions.unlimited()).certificate().smallestBudget();
      Compilation compilation = Compiler.compile(graph, CompileOptions.forBudget(smallest));
      CompiledModels.Run run = CompiledModels.run(compilation, inputs);
      assertThat(run.highWater()).as("high-water mark, seed %d", seed).isEqualTo(smallest);
      for (String output : graph.outputs()) {
        CompiledModels.assertClose(
            "%s of seed %d, shuffled".formatted(output, seed),
            run.outputs().get(output),
            expected.get(output).floats());
      }
    }
  }

  @Test
  void branchesListedBreadthFirstCompileInAsLittleAsBranchesListedOneByOne() throws Exception {
    long breadthFirst = smallestBudget(Branches.breadthFirst());
    assertThat(breadthFirst).isEqualTo(smallestBudget(Branches.depthFirst()));
  }

  private static long smallestBudget(Graph graph) throws Exception {
    return Compiler.compile(graph, CompileOptions.unlimited()).certificate().smallestBudget();
  }
}
