package dev.strongroom.engine.kernel;

import dev.strongroom.engine.kernel.Dimensions.Dimension;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.util.Arrays;
import java.util.List;

/**
 * A window that slides over the pixels of [N, H, W, C]. The output is cut into lines of pixels
 * whose windows are clipped alike: rows (or columns, where those are longer) through the interior,
 * columns along the left and right border, rows along the upper and lower one. So a subclass
 * computes many pixels at once with one range of taps for all of them, and never looks at a tap
 * outside the input.
 */
abstract class SlidingKernel implements Kernel {
  private final long in;
  private final long inBatch;
  private final long out;
  private final long outBatch;
  private final int batches;
  private final int height;
  private final int width;
  private final int top;
  private final int bottom;
  private final int left;
  private final int right;
  private final boolean byColumn;

  final Window2d window;
  final int outHeight;
  final int outWidth;

  /** Bytes from a pixel to the one below, and to the one to the right. */
  final long inRow;

  final long inPixel;
  final long outRow;
  final long outPixel;

  /** Bytes from a pixel of the input to the one a tap below, and to the one a tap to the right. */
  final long tapRow;

  final long tapPixel;

  final int kernelWidth;
  final int channels;

  SlidingKernel(View inView, View outView, Window2d window, Addresses addresses) {
    int[] size = {inView.dim(0), inView.dim(1), inView.dim(2)};
    int[] outSize = {outView.dim(0), outView.dim(1), outView.dim(2)};
    long[] inSteps = steps(inView);
    long[] outSteps = steps(outView);
    if (window.equals(Window2d.POINTWISE) && Arrays.equals(size, outSize)) {
      mergePixels(inView, outView, outSize, inSteps, outSteps);
      size = outSize;
    }
    this.window = window;
    this.in = addresses.of(inView);
    this.inBatch = inSteps[0];
    this.inRow = inSteps[1];
    this.inPixel = inSteps[2];
    this.out = addresses.of(outView);
    this.outBatch = outSteps[0];
    this.outRow = outSteps[1];
    this.outPixel = outSteps[2];
    this.batches = outSize[0];
    this.height = size[1];
    this.width = size[2];
    this.outHeight = outSize[1];
    this.outWidth = outSize[2];
    this.top = interiorStart(window.padTop(), window.strideH(), outHeight);
    this.bottom =
        interiorEnd(top, height, outHeight, window.padTop(), window.strideH(), reach(true, window));
    this.left = interiorStart(window.padLeft(), window.strideW(), outWidth);
    this.right =
        interiorEnd(
            left, width, outWidth, window.padLeft(), window.strideW(), reach(false, window));
    this.byColumn = right - left < 6 && bottom - top > right - left;
    this.tapRow = inRow * window.dilationH();
    this.tapPixel = inPixel * window.dilationW();
    this.kernelWidth = window.kernelW();
    this.channels = inView.dim(3);
  }

  private static long[] steps(View view) {
    long[] steps = new long[3];
    for (int i = 0; i < 3; i++) {
      steps[i] = (long) view.stride(i) * view.type().bytes();
    }
    return steps;
  }

  /** A pointwise window does not care where a row ends: one row of all pixels, where they allow. */
  private static void mergePixels(
      View inView, View outView, int[] size, long[] inSteps, long[] outSteps) {
    List<Dimension> merged =
        Dimensions.inOrder(Dimensions.of(0, 3, outView, inView), 2).dimensions();
    for (int i = 2; i >= 0; i--) {
      int from = merged.size() - 3 + i;
      size[i] = from < 0 ? 1 : merged.get(from).size();
      outSteps[i] = from < 0 ? 0 : merged.get(from).steps()[0];
      inSteps[i] = from < 0 ? 0 : merged.get(from).steps()[1];
    }
  }

  private static int reach(boolean vertical, Window2d window) {
    return vertical
        ? (window.kernelH() - 1) * window.dilationH()
        : (window.kernelW() - 1) * window.dilationW();
  }

  private static int interiorStart(int pad, int stride, int outSize) {
    return Math.clamp(Math.ceilDiv(pad, stride), 0, outSize);
  }

  private static int interiorEnd(int start, int size, int outSize, int pad, int stride, int reach) {
    int end = Math.floorDiv(size - 1 + pad - reach, stride) + 1;
    return Math.max(start, Math.min(outSize, end));
  }

  final int taps() {
    return window.taps();
  }

  /**
   * Computes {@code count} pixels. For each, tap (0, 0) of the window lies at {@code in} plus a
   * multiple of {@code inStep} (which may be outside the input) and the result at {@code out} plus
   * the same multiple of {@code outStep}. Only taps in [kyFrom, kyTo) x [kxFrom, kxTo) lie inside
   * the input; there may be none.
   */
  abstract void line(
      long in,
      long inStep,
      long out,
      long outStep,
      int count,
      int kyFrom,
      int kyTo,
      int kxFrom,
      int kxTo);

  @Override
  public final void run() {
    for (int n = 0; n < batches; n++) {
      long inOrigin = in + n * inBatch - window.padTop() * inRow - window.padLeft() * inPixel;
      picture(inOrigin, out + n * outBatch);
    }
  }

  /**
   * Computes one picture. Tap (0, 0) of the window of its first pixel lies at {@code inOrigin},
   * which may be outside the input.
   */
  void picture(long inOrigin, long outOrigin) {
    borderRows(inOrigin, outOrigin, 0, top);
    if (byColumn) {
      columns(inOrigin, outOrigin, left, right);
    } else {
      for (int oy = top; oy < bottom; oy++) {
        interiorRow(inOrigin, outOrigin, oy, 0, window.kernelH());
      }
    }
    columns(inOrigin, outOrigin, 0, left);
    columns(inOrigin, outOrigin, right, outWidth);
    borderRows(inOrigin, outOrigin, bottom, outHeight);
  }

  /**
   * The first row of the output, of [0, outHeight), whose tap {@code ky} is not above the input.
   */
  final int firstRow(int ky) {
    return interiorStart(window.padTop() - ky * window.dilationH(), window.strideH(), outHeight);
  }

  /** One past the last row whose tap {@code ky} is not below the input. */
  final int endRow(int ky) {
    int first = firstRow(ky);
    int pad = window.padTop() - ky * window.dilationH();
    return interiorEnd(first, height, outHeight, pad, window.strideH(), 0);
  }

  /** {@link #firstRow} of columns. */
  final int firstColumn(int kx) {
    return interiorStart(window.padLeft() - kx * window.dilationW(), window.strideW(), outWidth);
  }

  /** {@link #endRow} of columns. */
  final int endColumn(int kx) {
    int first = firstColumn(kx);
    int pad = window.padLeft() - kx * window.dilationW();
    return interiorEnd(first, width, outWidth, pad, window.strideW(), 0);
  }

  private void borderRows(long inOrigin, long outOrigin, int from, int to) {
    for (int oy = from; oy < to; oy++) {
      int above = window.padTop() - oy * window.strideH();
      int kyFrom = firstTap(above, window.dilationH(), window.kernelH());
      int kyTo = lastTap(above + height, window.dilationH(), window.kernelH());
      interiorRow(inOrigin, outOrigin, oy, kyFrom, kyTo);
      for (int ox = 0; ox < left; ox++) {
        column(inOrigin, outOrigin, ox, oy, 1, kyFrom, kyTo);
      }
      for (int ox = right; ox < outWidth; ox++) {
        column(inOrigin, outOrigin, ox, oy, 1, kyFrom, kyTo);
      }
    }
  }

  private void interiorRow(long inOrigin, long outOrigin, int oy, int kyFrom, int kyTo) {
    if (left < right) {
      line(
          inOrigin
              + (long) oy * window.strideH() * inRow
              + (long) left * window.strideW() * inPixel,
          window.strideW() * inPixel,
          outOrigin + oy * outRow + left * outPixel,
          outPixel,
          right - left,
          kyFrom,
          kyTo,
          0,
          window.kernelW());
    }
  }

  private void columns(long inOrigin, long outOrigin, int from, int to) {
    if (top < bottom) {
      for (int ox = from; ox < to; ox++) {
        column(inOrigin, outOrigin, ox, top, bottom - top, 0, window.kernelH());
      }
    }
  }

  private void column(
      long inOrigin, long outOrigin, int ox, int oy, int count, int kyFrom, int kyTo) {
    int before = window.padLeft() - ox * window.strideW();
    line(
        inOrigin + (long) oy * window.strideH() * inRow + (long) ox * window.strideW() * inPixel,
        window.strideH() * inRow,
        outOrigin + oy * outRow + ox * outPixel,
        outRow,
        count,
        kyFrom,
        kyTo,
        firstTap(before, window.dilationW(), window.kernelW()),
        lastTap(before + width, window.dilationW(), window.kernelW()));
  }

  /** The first tap not before the input, which starts {@code before} pixels into the window. */
  private static int firstTap(int before, int dilation, int kernel) {
    return Math.clamp(Math.ceilDiv(before, dilation), 0, kernel);
  }

  /** One past the last tap before {@code end}, where the input ends, in pixels of the window. */
  private static int lastTap(int end, int dilation, int kernel) {
    return Math.clamp(Math.ceilDiv(end, dilation), 0, kernel);
  }
}
