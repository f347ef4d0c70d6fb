package dev.strongroom.engine.kernel;

import static dev.strongroom.engine.kernel.UncheckedMemory.WIDE_LANES;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;

/**
 * {@link Step.QuantizedConv2d} on the float units: a product of bytes is below 2^15, so that a
 * fused multiply-add of floats computes sums of up to 512 of them exactly. As in {@link Conv2d}, a
 * few pixels by two vectors of output channels are computed at a time ({@link QuantizedLoops}).
 * What lies under these pixels' windows is gathered in the workspace as floats, zeros for what lies
 * in the padding: so any pixels that follow one another, across rows and pictures, make a tile, and
 * a conversion serves many channels. How much is gathered at once, and for how many channels, is
 * {@link QuantizedTiles}' matter.
 */
final class QuantizedConv2d implements Kernel {
  /** Up to so many pixels are cheaper one by one, four vectors at a time, than in a tile. */
  private static final int FEW = 3;

  private static final int HEADER = PackedWeights.QUANTIZED_HEADER_ROWS * PackedWeights.PANEL;
  private static final int ROW_BYTES = QuantizedLoops.ROW_BYTES;

  private final QuantizedGather gather;
  private final PartialSums sums;
  private final int outChannels;
  private final int products;
  private final int pixels;
  private final int outHeight;
  private final int outWidth;
  private final long out;
  private final long outBatch;
  private final long outRow;
  private final long outPixel;

  /** Where each of the tile's pixels goes. */
  private final long[] outs;

  // The workspace: sums, totals, rows of inputs.
  private final QuantizedTiles tiles;
  private final boolean few;
  private final int lanes;
  private final int pieceBytes;
  private final long piece;
  private final long totals;
  private final long rows;
  private final long rowBytes;

  private QuantizedConv2d(Step.QuantizedConv2d step, Addresses addresses) {
    Window2d window = step.window();
    this.products = window.taps() * step.in().dim(3);
    this.outChannels = step.out().dim(3);
    this.outHeight = step.out().dim(1);
    this.outWidth = step.out().dim(2);
    this.pixels = step.out().dim(0) * outHeight * outWidth;
    this.out = addresses.of(step.out());
    int outBytes = step.out().type().bytes();
    this.outBatch = (long) step.out().stride(0) * outBytes;
    this.outRow = (long) step.out().stride(1) * outBytes;
    this.outPixel = (long) step.out().stride(2) * outBytes;
    long panelBytes = HEADER + (long) products * PackedWeights.PANEL;
    this.sums =
        new PartialSums(
            addresses.of(step.weights()),
            panelBytes,
            step.in().type(),
            step.out(),
            step.activation(),
            step.saturation());
    this.gather = new QuantizedGather(step, addresses);
    boolean integers = step.in().type() == ElementType.I8;
    int room = step.workspace().dim(0);
    this.few = pixels <= FEW;
    this.tiles =
        few
            ? QuantizedTiles.ofOnePixel(room, integers, products)
            : QuantizedTiles.of(room, integers, products, outChannels);
    this.lanes = few ? 2 * QuantizedTiles.CHANNELS : QuantizedTiles.CHANNELS;
    this.outs = new long[tiles.pixels()];
    this.pieceBytes = tiles.pixels() * lanes * Float.BYTES;
    this.piece = addresses.of(step.workspace());
    this.totals = piece + pieceBytes;
    this.rows = totals + (long) tiles.groups() * pieceBytes;
    this.rowBytes = (long) tiles.products() * Float.BYTES;
  }

  static QuantizedConv2d bind(Step.QuantizedConv2d step, Addresses addresses) {
    return new QuantizedConv2d(step, addresses);
  }

  /**
   * Floats of workspace from which on more of them make no step with so many products to a sum any
   * faster.
   */
  static int ampleWorkspace(int products) {
    return QuantizedTiles.ample(products);
  }

  @Override
  public void run() {
    int size = tiles.pixels();
    int n = 0;
    int y = 0;
    int x = 0;
    for (int first = 0; first < pixels; first += size) {
      int count = Math.min(size, pixels - first);
      for (int p = 0; p < count; p++) {
        outs[p] = out + n * outBatch + y * outRow + x * outPixel;
        gather.pixel(p, n, y, x);
        if (++x == outWidth) {
          x = 0;
          if (++y == outHeight) {
            y = 0;
            n++;
          }
        }
      }
      if (tiles.groups() == 0) {
        inOnePiece(count);
      } else {
        for (int channel = 0; channel < outChannels; channel += tiles.groups() * lanes) {
          inPieces(count, channel, Math.min(outChannels, channel + tiles.groups() * lanes));
        }
      }
    }
  }

  /** All channels of a tile's pixels. */
  private void inOnePiece(int count) {
    gather.run(count, 0, products, rows, rowBytes);
    for (int channel = 0; channel < outChannels; channel += lanes) {
      int n = Math.min(lanes, outChannels - channel);
      multiply(count, channel, n, 0, products);
      sums.finish(piece, lanes * Float.BYTES, count, channel, n, outs);
    }
  }

  /** So many channels of a tile's pixels as there are totals for. */
  private void inPieces(int count, int fromChannel, int toChannel) {
    for (int from = 0; from < products; from += tiles.products()) {
      int to = Math.min(products, from + tiles.products());
      gather.run(count, from, to, rows, rowBytes);
      long total = totals;
      for (int channel = fromChannel; channel < toChannel; channel += lanes) {
        multiply(count, channel, Math.min(lanes, toChannel - channel), from, to);
        sums.add(piece, total, count * lanes * Float.BYTES, from == 0);
        total += pieceBytes;
      }
    }
    long total = totals;
    for (int channel = fromChannel; channel < toChannel; channel += lanes) {
      int n = Math.min(lanes, toChannel - channel);
      sums.toFloats(total, count * lanes * Float.BYTES);
      sums.finish(total, lanes * Float.BYTES, count, channel, n, outs);
      total += pieceBytes;
    }
  }

  /** The gathered rows times rows [from, to) of the weights of {@code n} channels. */
  private void multiply(int count, int channel, int n, int from, int to) {
    long skip = HEADER + (long) from * PackedWeights.PANEL;
    long w0 = sums.panel(channel) + skip;
    if (few) {
      // Vectors that there are none of repeat the last one, and nobody reads their sums.
      int last = channel + (n - 1) / WIDE_LANES * WIDE_LANES;
      long w1 = sums.panel(Math.min(last, channel + WIDE_LANES)) + skip;
      long w2 = sums.panel(Math.min(last, channel + 2 * WIDE_LANES)) + skip;
      long w3 = sums.panel(Math.min(last, channel + 3 * WIDE_LANES)) + skip;
      QuantizedLoops.pixel(rows, w0, w1, w2, w3, to - from, piece);
    } else if (n <= WIDE_LANES) {
      QuantizedLoops.one(rows, rowBytes, count, w0, to - from, piece);
    } else if (QuantizedTiles.HAS_MANY_REGISTERS) {
      long w1 = sums.panel(channel + WIDE_LANES) + skip;
      QuantizedLoops.six(rows, rowBytes, count, w0, w1, to - from, piece);
    } else {
      long w1 = sums.panel(channel + WIDE_LANES) + skip;
      QuantizedLoops.five(rows, rowBytes, count, w0, w1, to - from, piece);
    }
  }
}
