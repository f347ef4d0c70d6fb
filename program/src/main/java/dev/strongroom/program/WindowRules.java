package dev.strongroom.program;

/** What a kernel's window, its input and its output must have to do with one another. */
final class WindowRules {
  private static final int MAX_FIELD = 0xFFFF;

  private WindowRules() {}

  /**
   * The numbers by which kernels compute the input pixel of every tap stay within an int. Kernels
   * clip taps to the input themselves, so that a window may lie in the padding in part or, in a
   * convolution, wholly: what remains there is the bias.
   */
  static void indices(Check check, Window2d window, View out) throws InvalidProgramException {
    boolean fields =
        between(1, window.kernelH())
            && between(1, window.kernelW())
            && between(1, window.strideH())
            && between(1, window.strideW())
            && between(0, window.padTop())
            && between(0, window.padLeft())
            && between(1, window.dilationH())
            && between(1, window.dilationW());
    check.that(
        fields && (long) window.kernelH() * window.kernelW() <= Integer.MAX_VALUE,
        "%s must have numbers from 1 (padding from 0) to %d and fewer than 2^31 taps",
        window,
        MAX_FIELD);
    check.that(
        lastTap(out.dim(1), window.strideH(), window.kernelH(), window.dilationH())
                < ViewRules.LIMIT
            && lastTap(out.dim(2), window.strideW(), window.kernelW(), window.dilationW())
                < ViewRules.LIMIT,
        "the taps of %s for output %s reach pixel 2^31",
        window,
        out);
  }

  private static boolean between(int min, int value) {
    return value >= min && value <= MAX_FIELD;
  }

  private static long lastTap(long outputs, long stride, long kernel, long dilation) {
    return (outputs - 1) * stride + (kernel - 1) * dilation;
  }

  /**
   * Under every window of a pooling lies at least one pixel: there is a maximum, and an average
   * divides by 1 or more. Needs {@link #indices}.
   */
  static void pixelUnderEveryWindow(Check check, Window2d window, View in, View out)
      throws InvalidProgramException {
    check.that(
        pixelUnderEveryWindow(
                in.dim(1),
                out.dim(1),
                window.kernelH(),
                window.strideH(),
                window.padTop(),
                window.dilationH())
            && pixelUnderEveryWindow(
                in.dim(2),
                out.dim(2),
                window.kernelW(),
                window.strideW(),
                window.padLeft(),
                window.dilationW()),
        "%s over input %s has windows for output %s without a pixel of the input",
        window,
        in,
        out);
  }

  private static boolean pixelUnderEveryWindow(
      int inputs, int outputs, int kernel, int stride, int pad, int dilation) {
    if ((outputs - 1L) * stride - pad >= inputs) {
      return false;
    }
    // A window that starts inside has its first tap there. Of those before it, at most 65,535, the
    // first tap that is not in the padding must be one of the window's and must not be behind the
    // input already.
    for (int i = 0; i < outputs && i * stride < pad; i++) {
      int start = i * stride - pad;
      int tap = Math.ceilDiv(-start, dilation);
      if (tap >= kernel || start + tap * dilation >= inputs) {
        return false;
      }
    }
    return true;
  }
}
