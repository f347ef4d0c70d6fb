package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Allocation;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Memory that steps borrow is nobody's while they run. */
class FreeMemoryTest {
  private static final int SEEDS = 60;
  private static final List<RandomPrograms.Kind> WITH_WORKSPACE =
      List.of(RandomPrograms.Kind.QUANTIZED_CONV2D, RandomPrograms.Kind.QUANTIZED_DEPTHWISE_CONV2D);

  @Test
  void whatIsFreeLiesInTheArenaAndInNoAllocationThatLives() {
    int found = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Program program = RandomPrograms.tame(seed).program();
      FreeMemory free = new FreeMemory(program);
      for (int i = 0; i < program.steps().size(); i++) {
        for (int floats : new int[] {16, 1 << 20}) {
          Optional<View> view = free.at(i, floats);
          if (view.isPresent()) {
            found++;
            assertFree(program, i, view.get(), "seed %d, step %d".formatted(seed, i));
            assertThat(view.get().dim(0)).isLessThanOrEqualTo(floats);
          }
        }
      }
    }
    assertThat(found).isGreaterThan(SEEDS);
  }

  private static void assertFree(Program program, int step, View view, String where) {
    assertThat(view.space()).as(where).isEqualTo(Space.ARENA);
    assertThat(view.offset() % Program.ALIGNMENT).as(where).isZero();
    assertThat(view.end()).as(where).isLessThanOrEqualTo(program.arenaBytes());
    for (Allocation a : program.allocations()) {
      boolean lives = a.firstStep() <= step && step <= a.lastStep();
      if (a.space() == Space.ARENA && lives) {
        boolean apart = view.end() <= a.offset() || a.end() <= view.offset();
        assertThat(apart).as("%s: %s and %s", where, view, a).isTrue();
      }
    }
  }

  @Test
  void theLongestRangeIsFoundWhereNoneIsLongEnough() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Program program = RandomPrograms.tame(seed).program();
      FreeMemory free = new FreeMemory(program);
      for (int i = 0; i < program.steps().size(); i++) {
        int most = free.at(i, 1 << 20).map(v -> v.dim(0)).orElse(0);
        if (most > 0) {
          int same = free.at(i, most).map(v -> v.dim(0)).orElse(0);
          assertThat(same).as("seed %d, step %d", seed, i).isEqualTo(most);
        }
      }
    }
  }

  @Test
  void everyPartOfAStepHasAWorkspaceOfItsOwn() {
    int shared = 0;
    for (RandomPrograms.Kind kind : WITH_WORKSPACE) {
      for (long seed = 0; seed < SEEDS; seed++) {
        Program program = RandomPrograms.ofKind(kind, seed).program();
        FreeMemory free = new FreeMemory(program);
        for (int threads = 1; threads <= 3; threads++) {
          StepParts parts = new StepParts(threads, 0, 1);
          for (int i = 0; i < program.steps().size(); i++) {
            Step step = program.steps().get(i);
            if (step.scratch().isEmpty()) {
              continue;
            }
            List<Step> cut = parts.of(step, free.at(i, parts.scratch(step)));
            shared += cut.size() > 1 ? 1 : 0;
            assertApart(program, i, cut, "%s, seed %d, step %d".formatted(kind, seed, i));
          }
        }
      }
    }
    assertThat(shared).isGreaterThan(SEEDS / 2);
  }

  private static void assertApart(Program program, int index, List<Step> cut, String where) {
    View own = program.steps().get(index).scratch().getFirst();
    for (int k = 0; k < cut.size(); k++) {
      View scratch = cut.get(k).scratch().getFirst();
      boolean inOwn = scratch.offset() >= own.offset() && scratch.end() <= own.end();
      if (!inOwn) {
        assertFree(program, index, scratch, where);
      }
      for (int other = 0; other < k; other++) {
        View before = cut.get(other).scratch().getFirst();
        boolean apart = scratch.end() <= before.offset() || before.end() <= scratch.offset();
        assertThat(apart).as("%s: %s and %s", where, scratch, before).isTrue();
      }
    }
  }
}
