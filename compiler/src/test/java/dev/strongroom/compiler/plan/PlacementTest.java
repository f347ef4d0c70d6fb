package dev.strongroom.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void whatIsNotAliveTogetherSharesMemory() {
    Placement.Result result =
        Placement.place(
            List.of(
                new Placement.Request(640, new int[] {0, 1}),
                new Placement.Request(128, new int[] {1, 2}),
                new Placement.Request(640, new int[] {2, 3})));
    assertThat(result.peak()).isEqualTo(768);
  }

  @Test
  void noTwoThatAreAliveTogetherOverlapAndThePeakIsNeverBelowTheBound() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Placement.Request> requests = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int first = random.nextInt(50);
        requests.add(
            new Placement.Request(
                random.nextInt(1, 5000), new int[] {first, first + random.nextInt(10)}));
      }
      Placement.Result result = Placement.place(requests);
      long end = 0;
      for (int i = 0; i < requests.size(); i++) {
        long at = result.offsets().get(i);
        assertThat(at % Program.ALIGNMENT).as("seed %d, offset of %d", seed, i).isZero();
        end = Math.max(end, at + requests.get(i).bytes());
        for (int j = 0; j < i; j++) {
          long other = result.offsets().get(j);
          boolean apart =
              at + requests.get(i).bytes() <= other || other + requests.get(j).bytes() <= at;
          assertThat(apart || !requests.get(i).meets(requests.get(j)))
              .as("seed %d: %d at %d and %d at %d are alive together", seed, i, at, j, other)
              .isTrue();
        }
      }
      assertThat(result.peak()).as("seed %d", seed).isEqualTo(end);
      assertThat(Program.align(result.peak()))
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(Placement.lowerBound(requests, 60).bytes());
    }
  }
}
