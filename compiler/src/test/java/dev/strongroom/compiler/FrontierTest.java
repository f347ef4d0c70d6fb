package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontierTest {
  private static final CompileOptions WIDE = CompileOptions.unlimited().withWideFrontier();

  private static List<FrontierPoint> frontier(Graph graph, CompileOptions options)
      throws Exception {
    return Compiler.compileSmallest(graph, options).frontier();
  }

  private static boolean isDominated(FrontierPoint point, List<FrontierPoint> by) {
    return by.stream()
        .anyMatch(
            other ->
                other != point
                    && other.footprint() <= point.footprint()
                    && other.macs() <= point.macs());
  }

  @Test
  void whatNeedsMoreOfBothThanAnotherIsLeftOutUnlessItWasChosen() throws Exception {
    int points = 0;
    for (long seed = 0; seed < 20; seed++) {
      Graph graph = seed % 2 == 0 ? DeepGraphs.ofSeed(seed) : RandomGraphs.ofSeed(seed);
      for (CompileOptions options : List.of(CompileOptions.unlimited(), WIDE)) {
        Compilation compilation = Compiler.compile(graph, options);
        List<FrontierPoint> frontier = compilation.frontier();
        assertThat(frontier.stream().filter(FrontierPoint::chosen))
            .as("chosen, seed %d", seed)
            .containsExactly(
                new FrontierPoint(
                    compilation.certificate().footprint(), compilation.certificate().macs(), true));
        assertThat(frontier)
            .as("seed %d", seed)
            .noneMatch(point -> !point.chosen() && isDominated(point, frontier));
        assertThat(frontier.stream().mapToLong(FrontierPoint::footprint).min().orElseThrow())
            .as("least memory drawn, seed %d", seed)
            .isLessThanOrEqualTo(compilation.certificate().smallestBudget());
        points += frontier.size();
      }
    }
    assertThat(points).as("points of all frontiers").isGreaterThan(80);
  }

  @Test
  void whatComputingMoreSavesIsDrawnWhetherOrNotItIsAllowed() throws Exception {
    // Networks that need less with 1.3 times the multiply-accumulates.
    for (long seed : new long[] {3, 6, 14, 22, 48, 64, 71, 89, 94}) {
      Graph graph = DeepGraphs.ofSeed(seed);
      Compilation plain = Compiler.compileSmallest(graph, CompileOptions.unlimited());
      Compilation wide = Compiler.compileSmallest(graph, WIDE);
      assertThat(wide.program()).as("what is compiled, seed %d", seed).isEqualTo(plain.program());
      Certificate least = plain.certificate();
      assertThat(plain.frontier())
          .as("without computing more, seed %d", seed)
          .allMatch(point -> point.macs() <= least.macs() - least.extraMacs());
      assertThat(wide.frontier())
          .as("less memory for more work, seed %d", seed)
          .anyMatch(p -> p.footprint() < least.footprint() && p.macs() > least.macs());
    }
  }

  @Test
  void theTextDirectionModelCouldDoWithAThirdLess(@TempDir Path directory) throws Exception {
    List<FrontierPoint> points = frontier(RealModel.textDirection(directory), WIDE);
    FrontierPoint chosen = points.getLast();
    assertThat(points)
        .as("points with much less memory for a little more work")
        .anyMatch(p -> p.footprint() < chosen.footprint() * 3 / 4 && p.macs() > chosen.macs());
  }
}
