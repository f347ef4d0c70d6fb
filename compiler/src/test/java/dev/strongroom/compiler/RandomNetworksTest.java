package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 2,010 random networks, each compiled for three budgets with and without computing things twice,
 * against the interpreter that plans nothing: see {@link NetworkProof}.
 */
@Execution(ExecutionMode.CONCURRENT)
class RandomNetworksTest {
  private static final int SMALL_ONES_A_BLOCK = 177;
  private static final int DEEP_ONES_A_BLOCK = 80;

  @ParameterizedTest(name = "seeds {0}000 to {0}176")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void smallNetworksOfEveryOperatorAnswerRightInTheirCertifiedMemory(int block) throws Exception {
    int streaming = 0;
    for (long seed = block * 1000L; seed < block * 1000L + SMALL_ONES_A_BLOCK; seed++) {
      streaming += NetworkProof.of(RandomGraphs.ofSeed(seed), seed).streams() ? 1 : 0;
    }
    assertThat(streaming)
        .as("networks that stream weights in the smallest budget")
        .isGreaterThan(SMALL_ONES_A_BLOCK / 2);
  }

  @ParameterizedTest(name = "seeds {0}000 to {0}079")
  @ValueSource(ints = {1, 2, 3})
  void networksWithLargeActivationsAnswerRightHoweverTheyAreCut(int block) throws Exception {
    List<NetworkProof.Uses> uses = new ArrayList<>();
    for (long seed = block * 1000L; seed < block * 1000L + DEEP_ONES_A_BLOCK; seed++) {
      uses.add(NetworkProof.of(DeepGraphs.ofSeed(seed), seed));
    }
    assertThat(uses)
        .as("networks that run in stages in the smallest budget")
        .filteredOn(NetworkProof.Uses::stages)
        .hasSizeGreaterThan(DEEP_ONES_A_BLOCK / 2);
    assertThat(uses)
        .as("networks that compute strips in the smallest budget")
        .filteredOn(NetworkProof.Uses::strips)
        .hasSizeGreaterThan(DEEP_ONES_A_BLOCK / 20);
    assertThat(uses)
        .as("networks in which results grow over operands in the smallest budget")
        .filteredOn(NetworkProof.Uses::overlays)
        .hasSizeGreaterThan(DEEP_ONES_A_BLOCK / 20);
  }

  @Test
  void oneByteLessThanTheSmallestBudgetIsRefused() throws Exception {
    for (long seed = 7000; seed < 7010; seed++) {
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
    for (Graph[] twice :
        new Graph[][] {
          {RandomGraphs.ofSeed(42), RandomGraphs.ofSeed(42)},
          {DeepGraphs.ofSeed(42), DeepGraphs.ofSeed(42)}
        }) {
      Compilation first = Compiler.compile(twice[0], CompileOptions.unlimited());
      Compilation second = Compiler.compile(twice[1], CompileOptions.unlimited());
      assertThat(second.program()).isEqualTo(first.program());
      assertThat(second.weights()).isEqualTo(first.weights());
    }
  }
}
