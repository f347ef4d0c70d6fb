package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.LANES;
import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;

import jdk.incubator.vector.FloatVector;

/**
 * How {@link QuantizedConv2d} divides its workspace: for each of a few pixels a row of gathered
 * inputs and the sums of two vectors of channels, and, where the row does not hold all products,
 * totals for some such groups of channels.
 *
 * @param pixels that are computed at once
 * @param products that a row holds
 * @param groups of two vectors of channels that have totals; 0 if a row holds all products
 */
record QuantizedTiles(int pixels, int products, int groups) {
  /** Channels in a group. */
  static final int CHANNELS = 2 * WIDE_LANES;

  /** AVX-512 has 32 registers of 512 bits. */
  static final boolean HAS_MANY_REGISTERS = WIDE_LANES == FloatVector.SPECIES_512.length();

  /** Pixels in a tile, as many as the registers hold sums for. */
  static final int PIXELS = HAS_MANY_REGISTERS ? 6 : 5;

  /** Products of integers, at most, whose sum a float holds exactly: 512 * 255 * 128 < 2^24. */
  private static final int EXACT = 512;

  /** Products of floats, at most, that are added one after another, as in {@link Conv2d}. */
  private static final int CHAIN = 64;

  /** Groups, at most, whose totals are worth their place. */
  private static final int MOST_GROUPS = 8;

  // What it takes, in the time in which one vector is multiplied with one broadcast input and added
  // to two groups' sums: to gather one product of one pixel, and to begin and end a tile.
  private static final double GATHER = 0.16;
  private static final double TILE = 90;

  /** Floats of workspace from which on more of them bring nearly nothing. */
  static int ample(int products) {
    return products <= EXACT
        ? PIXELS * (CHANNELS + rounded(products))
        : PIXELS * (5 * CHANNELS + EXACT);
  }

  /**
   * The fastest division of {@code room} floats. For integers sums are exact, so that any will do;
   * for floats all have the same pieces.
   */
  static QuantizedTiles of(int room, boolean integers, int products, int channels) {
    int most = Math.min(rounded(products), integers ? EXACT : CHAIN);
    int all = Math.ceilDiv(channels, CHANNELS);
    QuantizedTiles best = new QuantizedTiles(1, LANES, 1);
    double least = Double.MAX_VALUE;
    for (int pixels = PIXELS; pixels >= 1; pixels--) {
      int row = room / pixels - CHANNELS;
      for (int groups = 0; groups <= Math.min(all, MOST_GROUPS); groups++) {
        int size = Math.min(row - groups * CHANNELS & -LANES, most);
        boolean whole = products <= size;
        if (size < LANES || (groups == 0 && !whole) || (!integers && size < most)) {
          continue;
        }
        double time =
            (double) PIXELS / pixels
                + GATHER / (groups == 0 ? all : groups)
                + (groups == 0 ? 0 : TILE / (pixels * size));
        if (time < least) {
          least = time;
          best = new QuantizedTiles(pixels, size, groups);
        }
      }
    }
    return best;
  }

  /** The division for a pixel alone, which is given four vectors of channels at a time. */
  static QuantizedTiles ofOnePixel(int room, boolean integers, int products) {
    int most = integers ? EXACT : CHAIN;
    int whole = room - 2 * CHANNELS;
    if (products <= Math.min(most, whole)) {
      return new QuantizedTiles(1, products, 0);
    }
    return new QuantizedTiles(1, Math.min(most, whole - 2 * CHANNELS), 1);
  }

  private static int rounded(int products) {
    return Math.ceilDiv(products, LANES) * LANES;
  }
}
