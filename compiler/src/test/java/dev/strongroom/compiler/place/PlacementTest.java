package dev.strongroom.compiler.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.Program;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void whatIsNotAliveTogetherSharesMemory() {
    Placement.Result result =
        Placement.place(
            List.of(
                new Request(640, Lifetime.of(0, 1)),
                new Request(128, Lifetime.of(1, 2)),
                new Request(640, Lifetime.of(2, 3))),
            Effort.QUICK);
    assertThat(result.peak()).isEqualTo(768);
    assertThat(result.lowerBound()).isEqualTo(768);
    assertThat(result.optimal()).isTrue();
  }

  @Test
  void whatALoopUsesOnceAnIterationLiesAtOneOffsetAndFreesItBetween() {
    Lifetime odd = Lifetime.of(1, 1).and(3, 3).and(5, 5);
    Lifetime even = Lifetime.of(0, 0).and(2, 2).and(4, 4);
    Placement.Result result =
        Placement.place(
            List.of(
                new Request(64, odd), new Request(128, even), new Request(64, Lifetime.of(0, 5))),
            Effort.QUICK);
    assertThat(result.peak()).isEqualTo(192);
    assertThat(result.offsets().get(2)).isIn(0L, 128L);
  }

  @Test
  void nothingTakesNoMemory() {
    Placement.Result result = Placement.place(List.of(), Effort.THOROUGH);
    assertThat(result).isEqualTo(new Placement.Result(List.of(), 0, 0, true, 0));
    assertThat(Placement.lowerBound(List.of())).isEqualTo(new Placement.Bound(0, 0));
  }

  @Test
  void theBoundNamesTheFirstStepAtWhichTheMostIsAlive() {
    List<Request> requests =
        List.of(
            new Request(64, Lifetime.of(0, 9)),
            new Request(128, Lifetime.of(2, 3).and(7, 8)),
            new Request(64, Lifetime.of(5, 7)));
    assertThat(Placement.lowerBound(requests)).isEqualTo(new Placement.Bound(7, 256));
  }

  @Test
  void requestsBeyondWhatALongHoldsAreRefused() {
    List<Request> requests =
        List.of(
            new Request(Long.MAX_VALUE / 2, Lifetime.of(0, 0)),
            new Request(Long.MAX_VALUE / 2, Lifetime.of(1, 1)));
    assertThatThrownBy(() -> Placement.place(requests, Effort.QUICK))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void noTwoThatAreAliveTogetherOverlapAndThePeakIsNeverBelowTheBound() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = random.nextInt(1, 301);
      List<Request> requests =
          RandomRequests.of(random, count, random.nextInt(1, 100), 100, Program.ALIGNMENT);
      Effort effort = new Effort(0, 20, seed % 2 == 0 ? 0 : 500, Effort.QUICK.time());
      Valid.check("seed " + seed, requests, Placement.place(requests, effort));
    }
  }

  @Test
  void theSameRequestsGetTheSamePlaces() {
    for (long seed = 0; seed < 5; seed++) {
      List<Request> requests = RandomRequests.of(new SplittableRandom(seed), 60, 40, 50, 64);
      assertThat(Placement.place(requests, Effort.THOROUGH))
          .as("seed %d", seed)
          .isEqualTo(Placement.place(requests, Effort.THOROUGH));
    }
  }
}
