package dev.strongroom.program;

/**
 * How a kernel slides over the two spatial dimensions. Output pixel (oy, ox) reads input pixels
 * {@code (oy * strideH - padTop + ky * dilationH, ox * strideW - padLeft + kx * dilationW)} for all
 * taps (ky, kx); what lies outside the input counts as zero for a convolution and is left out by a
 * pooling. How far the padding reaches below and to the right follows from the output's size.
 *
 * @param kernelH taps vertically
 * @param kernelW taps horizontally
 */
public record Window2d(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int padTop,
    int padLeft,
    int dilationH,
    int dilationW) {

  /** One tap, no stride, no padding: a pointwise convolution. */
  public static final Window2d POINTWISE = new Window2d(1, 1, 1, 1, 0, 0, 1, 1);

  /** Number of taps. */
  public int taps() {
    return kernelH * kernelW;
  }
}
