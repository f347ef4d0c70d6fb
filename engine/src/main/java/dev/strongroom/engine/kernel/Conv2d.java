package dev.strongroom.engine.kernel;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;

/**
 * {@link Step.Conv2d} as an implicit matrix product: a few pixels by two vectors of output channels
 * at a time, whose sums stay in registers while taps and input channels pass ({@link ConvLoops}).
 * Sums are made of pieces, in one order; the bias joins with the first of them, so that partial
 * sums stay small, and so do their rounding errors. The weights of a piece are read for many pixels
 * while they are in the nearest cache.
 *
 * <p>Where a tap has enough channels to be a piece, a block of pixels is computed tap by tap, each
 * for the pixels of which it lies inside the input: the weights, which may be all that such a layer
 * reads, are then read once a block, and borders cost no more than the rest. Otherwise the output
 * is computed line by line, as {@link SlidingKernel} cuts it.
 */
final class Conv2d extends SlidingKernel {
  /** Pixels, at most, for which all channels are computed before the next ones are looked at. */
  private static final int BLOCK = 128;

  /** Up to so many pixels are cheaper one by one, four vectors at a time, than in a tile. */
  private static final int FEW = 3;

  /**
   * Products, at most, that are added one after another. Longer sums are made of pieces: rounding
   * errors grow with the length of a chain, and a layer's go through all layers after it (Higham,
   * Accuracy and Stability of Numerical Algorithms, section 4.2).
   */
  private static final int CHAIN = 128;

  /** Products that are worth loading and storing sums for. */
  private static final int LEAST_CHAIN = 32;

  private final int outChannels;
  private final Activation activation;
  private final boolean activates;
  private final boolean runsOverTaps;
  private final boolean goesByTap;
  private final ConvTiles tiles;

  // The line of pixels that is being computed, as SlidingKernel describes it.
  private long inStep;
  private long outStep;
  private int kyFrom;
  private int kyTo;
  private int kxFrom;
  private int kxTo;

  private Conv2d(Step.Conv2d step, Addresses addresses) {
    super(step.in(), step.out(), step.window(), addresses);
    this.outChannels = step.out().dim(3);
    this.activation = step.activation();
    this.activates = !activation.isNone();
    this.runsOverTaps = tapPixel == (long) channels * Float.BYTES;
    this.goesByTap = taps() == 1 || channels >= LEAST_CHAIN;
    this.tiles =
        new ConvTiles(addresses.of(step.weights()), step.window(), tapRow, tapPixel, channels);
  }

  static Conv2d bind(Step.Conv2d step, Addresses addresses) {
    return new Conv2d(step, addresses);
  }

  @Override
  void picture(long inOrigin, long outOrigin) {
    if (!goesByTap) {
      super.picture(inOrigin, outOrigin);
      return;
    }
    inStep = window.strideW() * inPixel;
    outStep = outPixel;
    tiles.step(inStep, outStep);
    int columns = part(outWidth, BLOCK);
    int rows = part(outHeight, Math.max(1, BLOCK / columns));
    for (int y = 0; y < outHeight; y += rows) {
      for (int x = 0; x < outWidth; x += columns) {
        int toX = Math.min(outWidth, x + columns);
        rectangle(inOrigin, outOrigin, y, Math.min(outHeight, y + rows), x, toX);
      }
    }
  }

  /**
   * The size of the parts when so much is cut into as few equal ones as have at most {@code most}.
   */
  private static int part(int size, int most) {
    return Math.ceilDiv(size, Math.ceilDiv(size, most));
  }

  /** All channels of the pixels in rows [fromY, toY) and columns [fromX, toX), tap by tap. */
  private void rectangle(long inOrigin, long outOrigin, int fromY, int toY, int fromX, int toX) {
    int channel = 0;
    if ((toY - fromY) * (toX - fromX) <= FEW) {
      int lanes = ConvTiles.CHANNELS_OF_A_PIXEL;
      for (; channel <= outChannels - lanes; channel += lanes) {
        taps(lanes, channel, inOrigin, outOrigin, fromY, toY, fromX, toX);
      }
    }
    for (; channel < outChannels; channel += ConvTiles.CHANNELS) {
      int lanes = Math.min(ConvTiles.CHANNELS, outChannels - channel);
      taps(lanes, channel, inOrigin, outOrigin, fromY, toY, fromX, toX);
    }
    if (activates) {
      for (int y = fromY; y < toY; y++) {
        long out = outOrigin + y * outRow + fromX * outPixel;
        ActivationLoops.rows(activation, out, outStep, toX - fromX, outChannels);
      }
    }
  }

  private void taps(
      int lanes,
      int channel,
      long inOrigin,
      long outOrigin,
      int fromY,
      int toY,
      int fromX,
      int toX) {
    boolean first = true;
    if (firstRow(0) > fromY || endRow(0) < toY || firstColumn(0) > fromX || endColumn(0) < toX) {
      // Some pixels' first tap is outside: all begin with the bias, to which pieces are added.
      for (int y = fromY; y < toY; y++) {
        long out = outOrigin + y * outRow + fromX * outPixel;
        tiles.row(lanes, channel, inOrigin, out, toX - fromX, 0, 0, 0, 0, 0, 0, true);
      }
      first = false;
    }
    int size = part(channels, CHAIN);
    for (int ky = 0; ky < window.kernelH(); ky++) {
      int y0 = Math.max(fromY, firstRow(ky));
      int y1 = Math.min(toY, endRow(ky));
      for (int kx = 0; kx < kernelWidth; kx++) {
        int x0 = Math.max(fromX, firstColumn(kx));
        int pixels = Math.min(toX, endColumn(kx)) - x0;
        for (int from = 0; from < channels; from += size) {
          int n = Math.min(size, channels - from);
          for (int y = y0; y < y1; y++) {
            long in = inOrigin + (long) y * window.strideH() * inRow + x0 * inStep;
            long out = outOrigin + y * outRow + x0 * outPixel;
            tiles.row(lanes, channel, in, out, pixels, ky, ky + 1, kx, 1, from, n, first);
          }
          first = false;
        }
      }
    }
  }

  @Override
  void line(
      long in,
      long inStep,
      long out,
      long outStep,
      int count,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo) {
    this.inStep = inStep;
    this.outStep = outStep;
    this.kyFrom = kyFrom;
    this.kyTo = kyTo;
    this.kxFrom = kxFrom;
    this.kxTo = kxTo;
    tiles.step(inStep, outStep);
    int size = part(count, BLOCK);
    for (int first = 0; first < count; first += size) {
      block(in + first * inStep, out + first * outStep, Math.min(size, count - first));
    }
  }

  /** All channels of so many pixels. */
  private void block(long in, long out, int pixels) {
    int channel = 0;
    if (pixels <= FEW) {
      int lanes = ConvTiles.CHANNELS_OF_A_PIXEL;
      for (; channel <= outChannels - lanes; channel += lanes) {
        pieces(lanes, channel, in, out, pixels);
      }
    }
    for (; channel < outChannels; channel += ConvTiles.CHANNELS) {
      int lanes = Math.min(ConvTiles.CHANNELS, outChannels - channel);
      pieces(lanes, channel, in, out, pixels);
    }
    if (activates) {
      ActivationLoops.rows(activation, out, outStep, pixels, outChannels);
    }
  }

  /** So many channels of so many pixels, one piece of their sums after the other. */
  private void pieces(int lanes, int channel, long in, long out, int pixels) {
    if (kyFrom >= kyTo || kxFrom >= kxTo) {
      // The window misses the input: nothing but the bias.
      tiles.row(lanes, channel, in, out, pixels, 0, 0, 0, 0, 0, 0, true);
      return;
    }
    int run = runsOverTaps ? (kxTo - kxFrom) * channels : channels;
    int runs = runsOverTaps ? 1 : kxTo - kxFrom;
    boolean first = true;
    if (runs * run <= CHAIN) {
      int size = CHAIN / (runs * run);
      for (int ky = kyFrom; ky < kyTo; ky += size) {
        int toY = Math.min(ky + size, kyTo);
        tiles.row(lanes, channel, in, out, pixels, ky, toY, kxFrom, runs, 0, run, first);
        first = false;
      }
      return;
    }
    int size = part(run, CHAIN);
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxFrom + runs; kx++) {
        for (int from = 0; from < run; from += size) {
          int rows = Math.min(size, run - from);
          tiles.row(lanes, channel, in, out, pixels, ky, ky + 1, kx, 1, from, rows, first);
          first = false;
        }
      }
    }
  }
}
