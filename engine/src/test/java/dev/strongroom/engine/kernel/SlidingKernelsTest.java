package dev.strongroom.engine.kernel;

import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Convolutions and pooling against their definitions, between guard pages. */
class SlidingKernelsTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  /** Any window; it may miss the input wholly for some outputs. */
  private static Window2d window() {
    return new Window2d(
        BENCH.between(1, 5),
        BENCH.between(1, 5),
        BENCH.between(1, 3),
        BENCH.between(1, 3),
        BENCH.between(0, 3),
        BENCH.between(0, 3),
        BENCH.between(1, 3),
        BENCH.between(1, 3));
  }

  private static void conv(View in, int outHeight, int outWidth, int channels, Window2d window) {
    View weights = BENCH.dense(PackedWeights.conv(channels, in.dim(3), window));
    BENCH.scale(weights, 1 / Math.sqrt(window.taps() * in.dim(3)));
    View out = BENCH.sliced(in.dim(0), outHeight, outWidth, channels);
    BENCH.check(new Step.Conv2d(in, weights, out, window, BENCH.activation()), 1e-5);
  }

  @Test
  void convolvesAnyWindowOverAnySlice() {
    for (long seed = 0; seed < 300; seed++) {
      BENCH.start(seed);
      View in =
          BENCH.sliced(
              BENCH.between(1, 2), BENCH.between(1, 14), BENCH.between(1, 20), BENCH.between(1, 9));
      conv(in, BENCH.between(1, 14), BENCH.between(1, 20), BENCH.between(1, 40), window());
    }
  }

  /** Enough channels for a tap to be a piece of its own: blocks of rows, one tap after another. */
  @Test
  void convolvesAnyWindowTapByTap() {
    for (long seed = 0; seed < 60; seed++) {
      BENCH.start(seed);
      View in =
          BENCH.sliced(
              BENCH.between(1, 2),
              BENCH.between(1, 14),
              BENCH.between(1, 20),
              BENCH.between(32, 70));
      conv(in, BENCH.between(1, 14), BENCH.between(1, 20), BENCH.between(1, 70), window());
    }
  }

  @Test
  void convolvesEveryWidthOfABlockTapByTap() {
    for (int width = 1; width <= 40; width++) {
      BENCH.start(width);
      conv(BENCH.sliced(1, 7, width, 32), 7, width, 64, new Window2d(3, 3, 1, 1, 1, 1, 1, 1));
    }
  }

  @Test
  void convolvesEveryTailOfOutputChannels() {
    for (int channels = 1; channels <= 40; channels++) {
      BENCH.start(channels);
      conv(BENCH.sliced(1, 5, 9, 3), 5, 9, channels, new Window2d(3, 3, 1, 1, 1, 1, 1, 1));
    }
  }

  @Test
  void convolvesEveryLengthOfALine() {
    for (int width = 1; width <= 60; width++) {
      BENCH.start(width);
      conv(BENCH.sliced(1, 1, width, 5), 1, width, 24, Window2d.POINTWISE);
      BENCH.start(width);
      conv(BENCH.sliced(1, width, 1, 5), width, 1, 24, new Window2d(3, 1, 1, 1, 1, 0, 1, 1));
    }
  }

  @Test
  void convolvesSinglePixelsAgainstManyChannels() {
    for (int channels = 40; channels <= 150; channels += 11) {
      BENCH.start(channels);
      conv(BENCH.dense(1, 1, 1, 33), 1, 1, channels, Window2d.POINTWISE);
    }
  }

  @Test
  void convolvesPixelByPixelWhetherRowsAreContiguousOrNot() {
    for (long seed = 0; seed < 60; seed++) {
      BENCH.start(seed);
      View in =
          BENCH.sliced(
              BENCH.between(1, 3), BENCH.between(1, 8), BENCH.between(1, 12), BENCH.between(1, 70));
      conv(in, in.dim(1), in.dim(2), BENCH.between(1, 70), Window2d.POINTWISE);
    }
  }

  @Test
  void convolvesPixelByPixelOntoFewerOrMorePixels() {
    for (long seed = 0; seed < 40; seed++) {
      BENCH.start(seed);
      View in = BENCH.sliced(2, BENCH.between(1, 5), BENCH.between(1, 5), 7);
      conv(in, BENCH.between(1, 7), BENCH.between(1, 7), 20, Window2d.POINTWISE);
    }
  }

  @Test
  void convolvesMediumLayersOfRealNetworks() {
    int[][] layers = {{24, 40, 48, 96, 3}, {12, 80, 120, 120, 1}, {20, 20, 16, 24, 5}};
    for (int[] layer : layers) {
      BENCH.start(layer[2]);
      int pad = layer[4] / 2;
      View in = BENCH.dense(1, layer[0], layer[1], layer[2]);
      Window2d window = new Window2d(layer[4], layer[4], 1, 1, pad, pad, 1, 1);
      conv(in, layer[0], layer[1], layer[3], window);
    }
  }

  @Test
  void convolvesDepthwise() {
    for (long seed = 0; seed < 300; seed++) {
      BENCH.start(seed);
      Window2d window = window();
      int channels = BENCH.between(1, 40);
      int batches = BENCH.between(1, 2);
      View in = BENCH.sliced(batches, BENCH.between(1, 14), BENCH.between(1, 30), channels);
      View weights = BENCH.dense(PackedWeights.depthwise(channels, window));
      View out = BENCH.sliced(batches, BENCH.between(1, 14), BENCH.between(1, 30), channels);
      BENCH.check(new Step.DepthwiseConv2d(in, weights, out, window, BENCH.activation()), 1e-5);
    }
  }

  @Test
  void pools() {
    for (long seed = 0; seed < 200; seed++) {
      BENCH.start(seed);
      Step.Pool2d.Kind kind = Step.Pool2d.Kind.values()[BENCH.between(0, 2)];
      int kernel = BENCH.between(1, 4);
      int pad = BENCH.between(0, kernel - 1);
      int stride = BENCH.between(1, 3);
      Window2d window = new Window2d(kernel, kernel, stride, stride, pad, pad, 1, 1);
      View in =
          BENCH.sliced(
              BENCH.between(1, 2),
              BENCH.between(kernel, 12),
              BENCH.between(kernel, 20),
              BENCH.between(1, 20));
      int outHeight = (in.dim(1) + pad - 1) / stride + 1;
      int outWidth = (in.dim(2) + pad - 1) / stride + 1;
      View out = BENCH.sliced(in.dim(0), outHeight, outWidth, in.dim(3));
      BENCH.check(new Step.Pool2d(kind, in, out, window), 1e-6);
    }
  }
}
