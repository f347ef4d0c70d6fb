package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where there is room for it, weights are opened while the ones before them are in use. */
class OpeningAheadTest {
  private static final int LAYERS = 12;

  private static Graph chain() {
    GraphBuilder b = new GraphBuilder(1);
    int[] one = {1, 1};
    String x = b.input("x", 1, 16, 12, 12);
    for (int i = 0; i < LAYERS; i++) {
      x = b.conv(x, 16, new int[] {3, 3}, one, new int[] {1, 1, 1, 1}, one, 1, true);
    }
    return b.build(x);
  }

  /** Openings after the first that are followed by a step that does not wait for them. */
  private static long ahead(Program program) {
    List<Step> steps = program.steps();
    long count = 0;
    for (int i = 0; i + 1 < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Open open
          && !(steps.get(i + 1) instanceof Step.Open)
          && !readsFrom(steps.get(i + 1), open.into())) {
        count++;
      }
    }
    return count;
  }

  private static boolean readsFrom(Step step, View opened) {
    return step.reads().stream()
        .anyMatch(
            v ->
                v.space() == Space.WINDOW
                    && v.offset() < opened.end()
                    && opened.offset() < v.end());
  }

  @Test
  void nothingIsOpenedAheadInTheSmallestMemory() throws Exception {
    Compilation smallest = Compiler.compileSmallest(chain(), CompileOptions.unlimited());
    assertThat(ahead(smallest.program())).isZero();
  }

  @Test
  void withRoomForASecondWindowLayersAreOpenedAheadAndLittleMoreIsOpened() throws Exception {
    Graph graph = chain();
    Compilation smallest = Compiler.compileSmallest(graph, CompileOptions.unlimited());
    long budget = 2 * smallest.certificate().footprint();
    Compilation roomy = Compiler.compile(graph, CompileOptions.forBudget(budget));
    long streamed = roomy.program().steps().stream().filter(Step.Open.class::isInstance).count();
    assertThat(streamed).as("openings").isGreaterThan(1);
    assertThat(ahead(roomy.program())).as("openings ahead").isGreaterThanOrEqualTo(streamed - 1);
    assertThat(roomy.certificate().footprint()).isLessThanOrEqualTo(budget);
    assertThat(roomy.certificate().bytesOpened()).isLessThan(smallest.certificate().bytesOpened());
  }

  @Test
  void whatIsOpenedAheadAnswersTheSameInItsCertifiedMemory() throws Exception {
    NetworkProof.of(chain(), 1);
  }
}
