package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;

import dev.strongroom.program.PackedWeights;
import jdk.incubator.vector.FloatVector;

/** Cuts a row of pixels and a few channels into the tiles that {@link ConvLoops} computes. */
final class ConvTiles {
  /** Channels that are computed at once for all pixels. */
  static final int CHANNELS = 2 * WIDE_LANES;

  /** Channels that are computed at once for a pixel alone. */
  static final int CHANNELS_OF_A_PIXEL = 4 * WIDE_LANES;

  /** AVX-512 has 32 registers of 512 bits. */
  private static final boolean HAS_MANY_REGISTERS = WIDE_LANES == FloatVector.SPECIES_512.length();

  /** What a tile of ten sums and one of sixteen take, measured: 196 and 208 GFLOP/s. */
  private static final int COST_OF_TWO = 85;

  private static final int COST_OF_WIDE = 128;

  private final long weights;
  private final long panelBytes;
  private final ConvLoops loops;
  private long inStep;
  private long outStep;

  /**
   * For windows with {@code taps} taps over {@code channels} channels.
   *
   * @param weights where they lie, packed as {@link PackedWeights#conv} says
   */
  ConvTiles(long weights, int taps, int channels, ConvLoops loops) {
    this.weights = weights;
    this.panelBytes = (1L + (long) taps * channels) * PackedWeights.PANEL * Float.BYTES;
    this.loops = loops;
  }

  /** Bytes from a pixel of a row to the next one, in the input and in the output. */
  void step(long inBytes, long outBytes) {
    this.inStep = inBytes;
    this.outStep = outBytes;
    loops.step(inBytes, outBytes);
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
    int wide = lanes == CHANNELS ? inWideTiles(pixels) : 0;
    for (int i = 0; i < wide; i += ConvLoops.PIXELS_OF_WIDE) {
      long x = in + i * inStep;
      long y = out + i * outStep + (long) channel * Float.BYTES;
      int n = Math.min(ConvLoops.PIXELS_OF_WIDE, wide - i);
      loops.wide(x, y, n, p0, p1, fromY, toY, fromX, runs, fromRow, rows, first);
    }
    for (int i = wide; i < pixels; i += tile) {
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

  /** How many of a row's pixels are best computed in wide tiles, so that few places are wasted. */
  private int inWideTiles(int pixels) {
    if (!HAS_MANY_REGISTERS || inStep > ConvLoops.MOST_STEP) {
      return 0;
    }
    int best = 0;
    int least = Math.ceilDiv(pixels, ConvLoops.PIXELS_BY_TWO) * COST_OF_TWO;
    int cost = 0;
    for (int from = 0; pixels - from >= ConvLoops.LEAST_OF_WIDE; from += ConvLoops.PIXELS_OF_WIDE) {
      int to = Math.min(pixels, from + ConvLoops.PIXELS_OF_WIDE);
      cost += COST_OF_WIDE;
      int all = cost + Math.ceilDiv(pixels - to, ConvLoops.PIXELS_BY_TWO) * COST_OF_TWO;
      if (all < least) {
        least = all;
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
