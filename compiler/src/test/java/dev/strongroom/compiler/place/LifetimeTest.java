package dev.strongroom.compiler.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  @Test
  void intervalsThatTouchBecomeOne() {
    assertThat(Lifetime.of(4, 5).and(0, 1).and(2, 3)).isEqualTo(Lifetime.of(0, 5));
    assertThat(Lifetime.of(0, 1).and(3, 4)).hasToString("[0, 1, 3, 4]");
  }

  @Test
  void aLifetimeThatEndsBeforeItBeginsIsRefusedWithItsValues() {
    assertThatThrownBy(() -> Lifetime.of(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("first=3, last=2");
    assertThatThrownBy(() -> Lifetime.of(-1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unionsAndMeetingsAreThoseOfSetsOfSteps() {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BitSet[] steps = {new BitSet(), new BitSet()};
      Lifetime[] lives = new Lifetime[2];
      for (int i = 0; i < 2; i++) {
        int first = random.nextInt(25);
        int last = first + random.nextInt(4);
        lives[i] = Lifetime.of(first, last);
        steps[i].set(first, last + 1);
        for (int more = random.nextInt(5); more > 0; more--) {
          first = random.nextInt(25);
          last = first + random.nextInt(4);
          lives[i] = lives[i].and(first, last);
          steps[i].set(first, last + 1);
        }
        assertThat(steps(lives[i])).as("seed %d, %s", seed, lives[i]).isEqualTo(steps[i]);
        assertThat(lives[i].steps()).as("seed %d", seed).isEqualTo(steps[i].cardinality());
        assertThat(lives[i].first()).as("seed %d", seed).isEqualTo(steps[i].nextSetBit(0));
        assertThat(lives[i].last()).as("seed %d", seed).isEqualTo(steps[i].length() - 1);
      }
      assertThat(lives[0].meets(lives[1]))
          .as("seed %d, %s and %s", seed, lives[0], lives[1])
          .isEqualTo(steps[0].intersects(steps[1]));
    }
  }

  private static BitSet steps(Lifetime life) {
    BitSet steps = new BitSet();
    int end = -1;
    for (int i = 0; i < life.intervals(); i++) {
      assertThat(life.first(i)).as("gap before interval %d of %s", i, life).isGreaterThan(end);
      end = life.last(i) + 1;
      steps.set(life.first(i), end);
    }
    return steps;
  }
}
