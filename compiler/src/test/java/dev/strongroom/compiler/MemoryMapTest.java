package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.compiler.MemoryMap.Block;
import dev.strongroom.compiler.MemoryMap.Layer;
import dev.strongroom.compiler.MemoryMap.StepCost;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
  private static final long FIRST_SEED = 9000;
  private static final int NETWORKS = 25;

  @Test
  void theMapOfARandomNetworkAgreesWithItsProgramAndItsCertificate() throws Exception {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + NETWORKS; seed++) {
      Graph graph = RandomGraphs.ofSeed(seed);
      Compilation roomy = Compiler.compile(graph, CompileOptions.unlimited());
      agrees(seed, roomy);
      agrees(
          seed,
          Compiler.compile(graph, CompileOptions.forBudget(roomy.certificate().smallestBudget())));
    }
  }

  private static void agrees(long seed, Compilation compilation) {
    MemoryMap map = compilation.memoryMap();
    Certificate certificate = compilation.certificate();
    Program program = compilation.program();
    assertThat(map.steps().get(map.bindingStep(Space.ARENA)).name())
        .as("binding step, seed %d", seed)
        .isEqualTo(certificate.bindingStep());
    assertThat(Program.align(Arrays.stream(map.alive(Space.ARENA)).max().orElseThrow()))
        .as("bytes alive there, seed %d", seed)
        .isEqualTo(certificate.arena() - certificate.gap());
    assertThat(map.layers().stream().mapToLong(Layer::macs).sum())
        .as("MACs, seed %d", seed)
        .isEqualTo(certificate.macs());
    assertThat(map.layers().stream().mapToLong(Layer::bytesOpened).sum())
        .as("bytes opened, seed %d", seed)
        .isEqualTo(certificate.bytesOpened());
    assertThat(map.layers().stream().mapToInt(l -> l.indices().size()).sum())
        .as("steps, seed %d", seed)
        .isEqualTo(certificate.steps());
    assertThat(map.blocks())
        .as("blocks, seed %d", seed)
        .hasSameSizeAs(program.allocations())
        .noneMatch(b -> b.name().isEmpty());
    program.inputs().stream()
        .filter(input -> input.view().space() == Space.ARENA)
        .forEach(
            input ->
                assertThat(map.blocks(Space.ARENA))
                    .as("input %s of seed %d", input.name(), seed)
                    .anyMatch(b -> b.first() == 0 && b.offset() == input.view().offset()));
  }

  @Test
  void whatBindsIsTheFirstStepWithTheMostAliveRoundedUpToTheAlignment() {
    MemoryMap map =
        new MemoryMap(
            List.of(
                new Block("a", Space.ARENA, 0, 100, 0, 1),
                new Block("b", Space.ARENA, 128, 65, 1, 2),
                new Block("c", Space.ARENA, 0, 128, 2, 3),
                new Block("w", Space.WINDOW, 0, 64, 3, 3)),
            List.of(step("n"), step("n"), step("m"), step("n")),
            256,
            64);
    assertThat(map.alive(Space.ARENA)).containsExactly(128, 256, 256, 128);
    assertThat(map.bindingStep(Space.ARENA)).isEqualTo(1);
    assertThat(map.alive(Space.WINDOW)).containsExactly(0, 0, 0, 64);
    assertThat(map.bindingStep(Space.WINDOW)).isEqualTo(3);
    assertThat(map.layers())
        .containsExactly(new Layer("n", List.of(0, 1, 3), 6, 12), new Layer("m", List.of(2), 2, 4));
  }

  @Test
  void aBlockOutsideItsSpaceOrTheStepsIsRefused() {
    assertThatThrownBy(() -> oneBlock(new Block("a", Space.ARENA, 64, 65, 0, 0)))
        .hasMessageContaining("outside 128 bytes or 1 steps");
    assertThatThrownBy(() -> oneBlock(new Block("a", Space.ARENA, 0, 64, 0, 1)))
        .hasMessageContaining("outside 128 bytes or 1 steps");
    assertThatThrownBy(() -> oneBlock(new Block("w", Space.WINDOW, 0, 1, 0, 0)))
        .hasMessageContaining("outside 0 bytes or 1 steps");
  }

  private static MemoryMap oneBlock(Block block) {
    return new MemoryMap(List.of(block), List.of(step("n")), 128, 0);
  }

  private static StepCost step(String name) {
    return new StepCost(name, "Copy", 2, 4);
  }
}
