package dev.strongroom.engine.kernel;

import dev.strongroom.program.Sampling;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Bilinear interpolation against its definition, between guard pages. */
class Resize2dTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static Sampling sampling() {
    int denominator = BENCH.between(1, 20);
    return new Sampling(BENCH.between(-30, 30), BENCH.between(0, 2 * denominator), denominator);
  }

  private static void resize(View in, int height, int width, Sampling rows, Sampling columns) {
    View out = BENCH.sliced(in.dim(0), height, width, in.dim(3));
    BENCH.check(new Step.Resize2d(in, out, rows, columns), 2e-6);
  }

  @Test
  void resizesAnySliceByAnySampling() {
    for (long seed = 0; seed < 300; seed++) {
      BENCH.start(seed);
      View in =
          BENCH.sliced(
              BENCH.between(1, 2), BENCH.between(1, 9), BENCH.between(1, 9), BENCH.between(1, 40));
      resize(in, BENCH.between(1, 14), BENCH.between(1, 20), sampling(), sampling());
    }
  }

  @Test
  void enlargesByTwoWithEveryNumberOfChannels() {
    for (int channels = 1; channels <= 40; channels++) {
      BENCH.start(channels);
      resize(BENCH.sliced(1, 3, 4, channels), 6, 8, new Sampling(-1, 2, 4), new Sampling(0, 3, 7));
    }
  }

  @Test
  void samplesFarOutsideAreTheEdges() {
    BENCH.start(1);
    Sampling far = new Sampling(Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 24);
    Sampling further = new Sampling(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
    resize(BENCH.sliced(1, 3, 4, 9), 6, 8, far, further);
  }
}
