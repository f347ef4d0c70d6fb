package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;

/**
 * Brings what {@link QuantizedConv2d} multiplies to its workspace: a row of floats a pixel, taps
 * outermost, as its weights lie. Integers less their zero point; zeros for what lies in the
 * padding.
 */
final class QuantizedGather {
  private final boolean integers;
  private final float zero;
  private final int bytes;
  private final long in;
  private final long batch;
  private final long row;
  private final long pixel;
  private final int height;
  private final int width;
  private final int channels;
  private final int kernelWidth;
  private final int strideH;
  private final int strideW;
  private final int padTop;
  private final int padLeft;
  private final int dilationH;
  private final int dilationW;
  private final int reachH;
  private final int reachW;
  private final int products;

  /** Products of a row of taps, of which those of one run lie one after another in memory. */
  private final int lineProducts;

  private final int run;
  private final long lineBytes;
  private final long runBytes;

  /** Whether a pixel's products end in memory where the next one's begin. */
  private final boolean dense;

  // For each of a tile's pixels, where its window begins, and whether all of it is in the input.
  private final long[] origins = new long[QuantizedTiles.PIXELS];
  private final int[] tops = new int[QuantizedTiles.PIXELS];
  private final int[] lefts = new int[QuantizedTiles.PIXELS];
  private final boolean[] inside = new boolean[QuantizedTiles.PIXELS];

  QuantizedGather(Step.QuantizedConv2d step, Addresses addresses) {
    Window2d window = step.window();
    this.integers = step.in().type() == ElementType.I8;
    this.zero = step.inZero();
    this.bytes = step.in().type().bytes();
    this.in = addresses.of(step.in());
    this.batch = (long) step.in().stride(0) * bytes;
    this.row = (long) step.in().stride(1) * bytes;
    this.pixel = (long) step.in().stride(2) * bytes;
    this.height = step.in().dim(1);
    this.width = step.in().dim(2);
    this.channels = step.in().dim(3);
    this.kernelWidth = window.kernelW();
    this.strideH = window.strideH();
    this.strideW = window.strideW();
    this.padTop = window.padTop();
    this.padLeft = window.padLeft();
    this.dilationH = window.dilationH();
    this.dilationW = window.dilationW();
    this.reachH = (window.kernelH() - 1) * dilationH;
    this.reachW = (kernelWidth - 1) * dilationW;
    this.products = window.taps() * channels;
    this.lineProducts = kernelWidth * channels;
    this.lineBytes = dilationH * row;
    this.runBytes = dilationW * pixel;
    this.run = runBytes == (long) channels * bytes ? lineProducts : channels;
    this.dense =
        window.equals(Window2d.POINTWISE)
            && width == step.out().dim(2)
            && height == step.out().dim(1)
            && pixel == (long) channels * bytes
            && (height == 1 || row == width * pixel)
            && (step.in().dim(0) == 1 || batch == height * row);
  }

  /** Tells which pixel of the output the {@code p}-th of a tile is. */
  void pixel(int p, int n, int y, int x) {
    int top = y * strideH - padTop;
    int left = x * strideW - padLeft;
    origins[p] = in + n * batch + top * row + left * pixel;
    tops[p] = top;
    lefts[p] = left;
    inside[p] = top >= 0 && left >= 0 && top + reachH < height && left + reachW < width;
  }

  /** Products [from, to) of {@code count} pixels, to rows that are {@code step} bytes apart. */
  void run(int count, int from, int to, long target, long step) {
    if (dense && to - from == products && step == (long) products * Float.BYTES) {
      convert(origins[0], target, count * products);
      return;
    }
    int ky = from == 0 ? 0 : from / lineProducts;
    for (int p = 0; p < count; p++) {
      int y = ky;
      for (int a = from; a < to; ) {
        int line = y * lineProducts;
        int b = Math.min(to, line + lineProducts);
        long goal = target + p * step + (long) (a - from) * Float.BYTES;
        if (inside[p]) {
          whole(origins[p] + y * lineBytes, a - line, b - line, goal);
        } else {
          clipped(p, y, a - line, b - line, goal);
        }
        a = b;
        y++;
      }
    }
  }

  /** Products [from, to) of a row of taps that are all in the input. */
  private void whole(long source, int from, int to, long target) {
    if (run == lineProducts) {
      convert(source + (long) from * bytes, target, to - from);
      return;
    }
    int kx = from == 0 ? 0 : from / channels;
    for (int a = from; a < to; ) {
      int tap = kx * channels;
      int b = Math.min(to, tap + channels);
      long goal = target + (long) (a - from) * Float.BYTES;
      convert(source + kx * runBytes + (long) (a - tap) * bytes, goal, b - a);
      a = b;
      kx++;
    }
  }

  /** Products [from, to) of a row of taps of which some are not in the input. */
  private void clipped(int p, int ky, int from, int to, long target) {
    int y = tops[p] + ky * dilationH;
    if (y < 0 || y >= height) {
      ByteLoops.zeros(target, to - from);
      return;
    }
    int before = Math.ceilDiv(-lefts[p], dilationW);
    int after = Math.ceilDiv(width - lefts[p], dilationW);
    int a = Math.clamp((long) before * channels, from, to);
    int b = Math.clamp((long) after * channels, a, to);
    ByteLoops.zeros(target, a - from);
    whole(origins[p] + ky * lineBytes, a, b, target + (long) (a - from) * Float.BYTES);
    ByteLoops.zeros(target + (long) (b - from) * Float.BYTES, to - b);
  }

  private void convert(long source, long target, int n) {
    if (integers) {
      ByteLoops.toFloats(source, zero, target, n);
    } else {
      ByteLoops.copy(source, target, n);
    }
  }
}
