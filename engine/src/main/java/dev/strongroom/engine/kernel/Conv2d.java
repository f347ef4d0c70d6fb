package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;

import dev.strongroom.program.Activation;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;

/**
 * {@link Step.Conv2d} as an implicit matrix product: five pixels by two vectors of output channels
 * at a time, ten vectors of sums that stay in registers while taps and input channels pass. The
 * bias joins after the first piece of a sum: partial sums stay small, and so do their rounding
 * errors. The weights of a piece are read for many pixels while they are in the nearest cache.
 */
final class Conv2d extends SlidingKernel {
  /** Pixels, at most, for which all channels are computed before the next ones are looked at. */
  private static final int BLOCK = 18 * ConvTiles.PIXELS_BY_TWO;

  /** Up to so many pixels are cheaper one by one, four vectors at a time, than in a tile. */
  private static final int FEW = 3;

  /**
   * Products, at most, that are added one after another. Longer sums are made of pieces: rounding
   * errors grow with the length of a chain, and a layer's go through all layers after it (Higham,
   * Accuracy and Stability of Numerical Algorithms, section 4.2).
   */
  private static final int CHAIN = 64;

  private final long weights;
  private final long panelBytes;
  private final int outChannels;
  private final Activation activation;
  private final boolean activates;
  private final boolean runsOverTaps;
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
    this.weights = addresses.of(step.weights());
    this.panelBytes = (1L + (long) taps() * channels) * PackedWeights.PANEL * Float.BYTES;
    this.outChannels = step.out().dim(3);
    this.activation = step.activation();
    this.activates = !activation.isNone();
    this.runsOverTaps = tapPixel == (long) channels * Float.BYTES;
    this.tiles = new ConvTiles(tapRow, tapPixel, kernelWidth, channels);
  }

  static Conv2d bind(Step.Conv2d step, Addresses addresses) {
    return new Conv2d(step, addresses);
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
    int blocks = Math.ceilDiv(count, BLOCK);
    int inBlock = Math.ceilDiv(Math.ceilDiv(count, blocks), ConvTiles.PIXELS_BY_TWO);
    int size = inBlock * ConvTiles.PIXELS_BY_TWO;
    for (int first = 0; first < count; first += size) {
      block(in + first * inStep, out + first * outStep, Math.min(size, count - first));
    }
  }

  /** All channels of so many pixels. */
  private void block(long in, long out, int pixels) {
    int channel = 0;
    if (pixels <= FEW) {
      for (; channel <= outChannels - 4 * WIDE_LANES; channel += 4 * WIDE_LANES) {
        for (int i = 0; i < pixels; i++) {
          pieces(4 * WIDE_LANES, channel, in + i * inStep, out + i * outStep, 1);
        }
      }
    }
    for (; channel < outChannels; channel += 2 * WIDE_LANES) {
      pieces(Math.min(2 * WIDE_LANES, outChannels - channel), channel, in, out, pixels);
    }
    if (activates) {
      ActivationLoops.rows(activation, out, outStep, pixels, outChannels);
    }
  }

  /** So many channels of so many pixels, one piece of their sums after the other. */
  private void pieces(int lanes, int channel, long in, long out, int pixels) {
    int run = runsOverTaps ? (kxTo - kxFrom) * channels : channels;
    int runs = runsOverTaps ? 1 : kxTo - kxFrom;
    if ((kyTo - kyFrom) * runs * run <= CHAIN) {
      piece(lanes, channel, in, out, pixels, kyFrom, kyTo, kxFrom, runs, 0, run, true);
      return;
    }
    int size = Math.ceilDiv(run, Math.ceilDiv(run, CHAIN));
    boolean first = true;
    for (int ky = kyFrom; ky < kyTo; ky++) {
      for (int kx = kxFrom; kx < kxFrom + runs; kx++) {
        for (int from = 0; from < run; from += size) {
          int rows = Math.min(size, run - from);
          piece(lanes, channel, in, out, pixels, ky, ky + 1, kx, 1, from, rows, first);
          first = false;
        }
      }
    }
  }

  /** One piece of the sums, for a tile of pixels after the other; see {@link ConvTiles}. */
  private void piece(
      int lanes,
      int channel,
      long in,
      long out,
      int pixels,
      int fromY,
      int toY,
      int fromX,
      int runs,
      int fromRow,
      int rows,
      boolean first) {
    long p0 = panel(channel);
    long p1 = panel(channel + WIDE_LANES);
    int rest = lanes % WIDE_LANES;
    int tile = lanes > WIDE_LANES ? ConvTiles.PIXELS_BY_TWO : ConvTiles.PIXELS_BY_ONE;
    for (int i = 0; i < pixels; i += tile) {
      long x = in + i * inStep;
      long y = out + i * outStep + (long) channel * Float.BYTES;
      int n = Math.min(tile, pixels - i);
      if (lanes == 2 * WIDE_LANES) {
        tiles.two(x, y, n, p0, p1, fromY, toY, fromX, runs, fromRow, rows, first);
      } else if (lanes == WIDE_LANES) {
        tiles.one(x, y, n, p0, fromY, toY, fromX, runs, fromRow, rows, first);
      } else if (lanes < WIDE_LANES) {
        tiles.part(x, y, n, p0, rest, fromY, toY, fromX, runs, fromRow, rows, first);
      } else if (lanes < 2 * WIDE_LANES) {
        tiles.oneAndPart(x, y, n, p0, p1, rest, fromY, toY, fromX, runs, fromRow, rows, first);
      } else {
        long p2 = panel(channel + 2 * WIDE_LANES);
        long p3 = panel(channel + 3 * WIDE_LANES);
        tiles.pixel(x, y, p0, p1, p2, p3, fromY, toY, fromX, runs, fromRow, rows, first);
      }
    }
  }

  /** Where the weights of a vector of channels begin. */
  private long panel(int channel) {
    return weights
        + channel / PackedWeights.PANEL * panelBytes
        + (long) (channel % PackedWeights.PANEL) * Float.BYTES;
  }
}
