package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;

/**
 * Brings what {@link QuantizedConv2d} multiplies to its workspace: a row of floats a pixel, taps
 * outermost, as its weights lie. Integers less their zero point; zeros for what lies in the padding.
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
  private final Window2d window;
  private final int channels;
  private final int lineProducts;
  private final boolean runsOverTaps;

  // For each of a tile's pixels, where its window begins.
  private final long[] origins = new long[QuantizedTiles.PIXELS];
  private final int[] tops = new int[QuantizedTiles.PIXELS];
  private final int[] lefts = new int[QuantizedTiles.PIXELS];

  QuantizedGather(Step.QuantizedConv2d step, Addresses addresses) {
    this.integers = step.in().type() == ElementType.I8;
    this.zero = step.inZero();
    this.bytes = step.in().type().bytes();
    this.in = addresses.of(step.in());
    this.batch = (long) step.in().stride(0) * bytes;
    this.row = (long) step.in().stride(1) * bytes;
    this.pixel = (long) step.in().stride(2) * bytes;
    this.height = step.in().dim(1);
    this.width = step.in().dim(2);
    this.window = step.window();
    this.channels = step.in().dim(3);
    this.lineProducts = window.kernelW() * channels;
    this.runsOverTaps = window.dilationW() * pixel == (long) channels * bytes;
  }

  /** Tells which pixel of the output the {@code p}-th of a tile is. */
  void pixel(int p, int n, int y, int x) {
    int top = y * window.strideH() - window.padTop();
    int left = x * window.strideW() - window.padLeft();
    origins[p] = in + n * batch + top * row + left * pixel;
    tops[p] = top;
    lefts[p] = left;
  }

  /** Rows [from, to) of {@code count} pixels' products, to {@code target}. */
  void run(int count, int from, int to, long target, long targetStep) {
    for (int p = 0; p < count; p++) {
      int ky = from / lineProducts;
      for (int line = ky * lineProducts; line < to; line += lineProducts) {
        int a = Math.max(from, line);
        int b = Math.min(to, line + lineProducts);
        line(p, ky, a - line, b - line, target + p * targetStep + (long) (a - from) * Float.BYTES);
        ky++;
      }
    }
  }

  /** Products [from, to) of one row of a window's taps. */
  private void line(int p, int ky, int from, int to, long target) {
    int y = tops[p] + ky * window.dilationH();
    if (y < 0 || y >= height) {
      ByteLoops.zeros(target, to - from);
      return;
    }
    long source = origins[p] + (long) ky * window.dilationH() * row;
    if (!runsOverTaps) {
      for (int kx = from / channels; kx * channels < to; kx++) {
        int a = Math.max(from, kx * channels);
        int b = Math.min(to, (kx + 1) * channels);
        tap(p, kx, source, a, b, target + (long) (a - from) * Float.BYTES);
      }
      return;
    }
    int left = lefts[p];
    // Taps of such a window follow one another as pixels do.
    int step = window.dilationW();
    int first = Math.clamp(Math.ceilDiv(-left, step), 0, window.kernelW()) * channels;
    int last = Math.clamp(Math.ceilDiv(width - left, step), 0, window.kernelW()) * channels;
    int a = Math.clamp(first, from, to);
    int b = Math.clamp(last, a, to);
    ByteLoops.zeros(target, a - from);
    convert(source + (long) a * bytes, target + (long) (a - from) * Float.BYTES, b - a);
    ByteLoops.zeros(target + (long) (b - from) * Float.BYTES, to - b);
  }

  /** Products [from, to) of a row of taps, which are all of tap {@code kx}. */
  private void tap(int p, int kx, long source, int from, int to, long target) {
    int x = lefts[p] + kx * window.dilationW();
    if (x < 0 || x >= width) {
      ByteLoops.zeros(target, to - from);
      return;
    }
    long tap = source + (long) kx * window.dilationW() * pixel;
    convert(tap + (long) (from - kx * channels) * bytes, target, to - from);
  }

  private void convert(long source, long target, int n) {
    if (integers) {
      ByteLoops.toFloats(source, zero, target, n);
    } else {
      ByteLoops.copy(source, target, n);
    }
  }
}
