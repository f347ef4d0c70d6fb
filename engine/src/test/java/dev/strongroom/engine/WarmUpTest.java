package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  @Test
  void shrinksLargeStepsAndKeepsWhatIsLeftOverAPanel() {
    Window2d window = new Window2d(3, 3, 2, 2, 1, 1, 1, 1);
    View in = dense(1, 320, 640, 100);
    View weights = dense(PackedWeights.conv(6625, 100, window));
    Activation activation = Activation.of(Activation.Function.GELU);
    Step.Conv2d large = new Step.Conv2d(in, weights, dense(1, 160, 320, 6625), window, activation);
    Step.Conv2d small = (Step.Conv2d) SmallSteps.like(large);
    assertThat(SmallSteps.bytes(small)).isLessThan(256 * 1024);
    assertThat(small.window()).isEqualTo(window);
    assertThat(small.activation()).isEqualTo(activation);
    assertThat(small.out().dim(3) % 16).isEqualTo(6625 % 16);
    assertThat(small.in().dim(3) % 8).isEqualTo(100 % 8);
    assertThat(small.weights().shape())
        .isEqualTo(PackedWeights.conv(small.out().dim(3), small.in().dim(3), window));
  }

  @Test
  void keepsTheOrderOfStridesAndBroadcasts() {
    View transposed = strided(new int[] {1, 500, 300, 40}, new int[] {0, 1, 500, 150_000});
    View repeated = strided(new int[] {1, 500, 300, 40}, new int[] {0, 0, 0, 7});
    View out = dense(1, 500, 300, 40);
    Step.Binary small =
        (Step.Binary)
            SmallSteps.like(
                new Step.Binary(Step.Binary.Kind.ADD, transposed, repeated, out, Activation.NONE));
    assertThat(small.a().stride(1)).isEqualTo(1);
    assertThat(small.a().stride(2)).isGreaterThan(1).isLessThan(small.a().stride(3));
    assertThat(small.b().strides()).startsWith(0, 0, 0).endsWith(2);
    assertThat(small.out().isDense()).isTrue();
    assertThat(small.out().shape()).isEqualTo(small.a().shape()).isEqualTo(small.b().shape());
  }

  @Test
  void runsTheStepsOfAnyProgramWithinItsTime() throws Exception {
    for (long seed = 0; seed < 3; seed++) {
      long start = System.nanoTime();
      Engine.warmUp(Verifier.verify(RandomPrograms.any(seed).program()));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("seed %d", seed)
          .isLessThan(Duration.ofSeconds(6));
    }
  }

  private static View dense(int... shape) {
    return View.dense(Space.ARENA, ElementType.F32, 0, shape);
  }

  private static View strided(int[] shape, int[] strides) {
    return View.of(Space.ARENA, ElementType.F32, 0, shape, strides);
  }
}
