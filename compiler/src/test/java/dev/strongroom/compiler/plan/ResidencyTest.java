package dev.strongroom.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.DeepGraphs;
import dev.strongroom.compiler.RandomGraphs;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import org.junit.jupiter.api.Test;

class ResidencyTest {
  private static final int NETWORKS = 300;
  private static final int BUDGETS = 40;

  private static Residency residency(long seed) throws Exception {
    Graph graph = seed % 3 == 0 ? DeepGraphs.ofSeed(seed) : RandomGraphs.ofSeed(seed);
    Lowered lowered = Lowering.lower(Rewriter.rewrite(graph).graph(), 1 << 14);
    return Residency.of(Planner.share(lowered));
  }

  /**
   * What stays is chosen by estimate: plans that miss their budget by a few bytes must not count.
   */
  @Test
  void aLittleMoreMemoryNeverMakesMuchMoreToOpen() throws Exception {
    int mixed = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Residency residency = residency(seed);
      long least = residency.least().footprint();
      long roomy = Math.max(least, residency.choices().getLast().footprint());
      long most = residency.least().plan().bytesOpened();
      long fewest = most;
      for (int i = 0; i <= BUDGETS; i++) {
        long budget = least + (roomy - least) * i / BUDGETS;
        Plan plan = residency.best(budget).orElseThrow();
        assertThat(plan.footprint()).as("footprint, seed %d", seed).isLessThanOrEqualTo(budget);
        assertThat(plan.bytesOpened())
            .as("bytes opened in %d bytes, %d at the most, seed %d", budget, most, seed)
            .isLessThanOrEqualTo(fewest + most / 8);
        fewest = Math.min(fewest, plan.bytesOpened());
        mixed += plan.bytesOpened() > 0 && plan.bytesOpened() < most ? 1 : 0;
      }
      assertThat(fewest).as("bytes opened where everything fits, seed %d", seed).isZero();
    }
    assertThat(mixed).as("plans with some weights resident").isGreaterThan(NETWORKS * BUDGETS / 2);
  }

  @Test
  void whatDependsOnNoBudgetRunsFromNothingThatStaysToEverything() throws Exception {
    for (long seed = 0; seed < NETWORKS; seed++) {
      Residency residency = residency(seed);
      Plan streamed = residency.choices().getFirst().plan();
      Plan resident = residency.choices().getLast().plan();
      assertThat(streamed.program().residentChunks()).as("seed %d", seed).isZero();
      assertThat(resident.bytesOpened()).as("seed %d", seed).isZero();
      for (Residency.Choice choice : residency.choices()) {
        assertThat(choice.plan().footprint())
            .as("footprint of the plan made anew, seed %d", seed)
            .isEqualTo(choice.footprint());
        assertThat(choice.plan().placedThoroughly().footprint())
            .as("footprint once placed thoroughly, seed %d", seed)
            .isBetween(choice.lowerBound(), choice.footprint());
      }
    }
  }
}
