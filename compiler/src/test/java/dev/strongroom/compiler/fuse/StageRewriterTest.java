package dev.strongroom.compiler.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.CompiledModels;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StageRewriterTest {
  private static final int NETWORKS = 300;

  @Test
  void piecesGiveTheVeryBitsOfTheWhole() {
    int stages = 0;
    int strips = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      List<Stage> chosen = RandomStages.of(graph, new SplittableRandom(seed));
      Graph cut = StageRewriter.rewrite(graph, chosen);
      Map<String, Tensor> inputs = CompiledModels.inputs(graph, seed);
      Map<String, Tensor> expected = Interpreter.run(graph, inputs);
      Map<String, Tensor> actual = Interpreter.run(cut, inputs);
      for (String output : graph.outputs()) {
        assertThat(actual.get(output).floats())
            .as("%s of seed %d with %s", output, seed, chosen)
            .containsExactly(expected.get(output).floats());
      }
      stages += chosen.size();
      strips += (int) chosen.stream().filter(s -> s.strips() > 1).count();
    }
    assertThat(stages).as("stages tried").isGreaterThan(NETWORKS);
    assertThat(strips).as("stages with strips tried").isGreaterThan(NETWORKS / 5);
  }
}
