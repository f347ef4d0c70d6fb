package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;

import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Window2d;
import jdk.incubator.vector.FloatVector;

/**
 * Cuts a row of pixels and a few channels into the tiles that {@link ConvLoops} and {@link
 * ConvWideLoops} compute.
 */
final class ConvTiles {
  /** Channels that are computed at once for all pixels. */
  static final int CHANNELS = 2 * WIDE_LANES;

  /** Channels that are computed at once for a pixel alone. */
  static final int CHANNELS_OF_A_PIXEL = 4 * WIDE_LANES;

  /** AVX-512 has 32 registers of 512 bits. */
  private static final boolean HAS_MANY_REGISTERS = WIDE_LANES == FloatVector.SPECIES_512.length();

  /** What tiles of five pixels and of eight take, measured: 196 and 208 GFLOP/s. */
  private static final int COST_OF_TWO = 85;

  private static final int COST_OF_WIDE = 128;

  /** What tiles of six pixels and of twelve take, measured: 110 and 170 GFLOP/s. */
  private static final int COST_OF_ONE = 100;

  private static final int COST_OF_TALL = 130;

  private final long weights;
  private final long panelBytes;
  private final ConvLoops loops;
  private final ConvWideLoops wideLoops;
  private long inStep;
  private long outStep;

  /**
   * For windows over {@code channels} channels.
   *
   * @param weights where they lie, packed as {@link PackedWeights#conv} says
   * @param tapRow bytes from what a tap reads to what the one below reads
   * @param tapPixel bytes from what a tap reads to what the next one to the right reads
   */
  ConvTiles(long weights, Window2d window, long tapRow, long tapPixel, int channels) {
    this.weights = weights;
    this.panelBytes = (1L + (long) window.taps() * channels) * PackedWeights.PANEL * Float.BYTES;
    this.loops = new ConvLoops(tapRow, tapPixel, window.kernelW(), channels);
    this.wideLoops = new ConvWideLoops(tapRow, tapPixel, window.kernelW(), channels);
  }

  /** Bytes from a pixel of a row to the next one, in the input and in the output. */
  void step(long inBytes, long outBytes) {
    this.inStep = inBytes;
    this.outStep = outBytes;
    loops.step(inBytes, outBytes);
    wideLoops.step(inBytes, outBytes);
  }

  /**
   * Adds a range of a window's products to the sums of {@code lanes} channels from {@code channel}
   * of a row of pixels; the range is described at {@link ConvLoops}.
   *
   * @param lanes up to {@link #CHANNELS}, or {@link #CHANNELS_OF_A_PIXEL}
   */
  void row(
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
    if (lanes == CHANNELS_OF_A_PIXEL) {
      long p2 = panel(channel + 2 * WIDE_LANES);
      long p3 = panel(channel + 3 * WIDE_LANES);
      for (int i = 0; i < pixels; i++) {
        long x = in + i * inStep;
        long y = out + i * outStep + (long) channel * Float.BYTES;
        loops.pixel(x, y, p0, p1, p2, p3, fromY, toY, fromX, runs, fromRow, rows, first);
      }
      return;
    }
    int rest = lanes % WIDE_LANES;
    int tile = lanes > WIDE_LANES ? ConvLoops.PIXELS_BY_TWO : ConvLoops.PIXELS_BY_ONE;
    int done = 0;
    boolean oneRun = runs == 1;
    if (oneRun && lanes == CHANNELS) {
      done =
          inTiles(
              pixels,
              ConvWideLoops.LEAST_OF_WIDE,
              ConvWideLoops.PIXELS_OF_WIDE,
              COST_OF_WIDE,
              tile,
              COST_OF_TWO);
      for (int i = 0; i < done; i += ConvWideLoops.PIXELS_OF_WIDE) {
        long x = in + i * inStep;
        long y = out + i * outStep + (long) channel * Float.BYTES;
        int n = Math.min(ConvWideLoops.PIXELS_OF_WIDE, done - i);
        wideLoops.wide(x, y, n, p0, p1, fromY, toY, fromX, fromRow, rows, first);
      }
    } else if (oneRun && lanes == WIDE_LANES) {
      done =
          inTiles(
              pixels,
              ConvWideLoops.LEAST_OF_TALL,
              ConvWideLoops.PIXELS_OF_TALL,
              COST_OF_TALL,
              tile,
              COST_OF_ONE);
      for (int i = 0; i < done; i += ConvWideLoops.PIXELS_OF_TALL) {
        long x = in + i * inStep;
        long y = out + i * outStep + (long) channel * Float.BYTES;
        int n = Math.min(ConvWideLoops.PIXELS_OF_TALL, done - i);
        wideLoops.tall(x, y, n, p0, fromY, toY, fromX, fromRow, rows, first);
      }
    }
    for (int i = done; i < pixels; i += tile) {
      long x = in + i * inStep;
      long y = out + i * outStep + (long) channel * Float.BYTES;
      int n = Math.min(tile, pixels - i);
      if (lanes == CHANNELS) {
        loops.two(x, y, n, p0, p1, fromY, toY, fromX, runs, fromRow, rows, first);
      } else if (lanes > WIDE_LANES) {
        loops.oneAndPart(x, y, n, p0, p1, rest, fromY, toY, fromX, runs, fromRow, rows, first);
      } else if (lanes == WIDE_LANES) {
        loops.one(x, y, n, p0, fromY, toY, fromX, runs, fromRow, rows, first);
      } else {
        loops.part(x, y, n, p0, rest, fromY, toY, fromX, runs, fromRow, rows, first);
      }
    }
  }

  /**
   * How many of a row's pixels are best computed in tiles of at least {@code least} and at most
   * {@code most} pixels, so that few places are wasted, if the rest is in tiles of {@code others}.
   */
  private int inTiles(int pixels, int least, int most, int cost, int others, int costOfOthers) {
    if (!HAS_MANY_REGISTERS || inStep > ConvWideLoops.MOST_STEP) {
      return 0;
    }
    int best = 0;
    int lowest = Math.ceilDiv(pixels, others) * costOfOthers;
    int sum = 0;
    for (int from = 0; pixels - from >= least; from += most) {
      int to = Math.min(pixels, from + most);
      sum += cost;
      int all = sum + Math.ceilDiv(pixels - to, others) * costOfOthers;
      if (all < lowest) {
        lowest = all;
        best = to;
      }
    }
    return best;
  }

  /** Where the weights of a vector of channels begin. */
  private long panel(int channel) {
    return weights
        + channel / PackedWeights.PANEL * panelBytes
        + (long) (channel % PackedWeights.PANEL) * Float.BYTES;
  }
}
