package dev.strongroom.program;

/**
 * The layouts in which kernels read constant weights. Weights are packed once, by the compiler; the
 * sealer and the trusted side see bytes.
 */
public final class PackedWeights {
  /** Output channels in a panel: what the convolution kernels compute at once. */
  public static final int PANEL = 16;

  /**
   * Rows of 16 bytes in front of each panel of quantised weights: four that hold a bias for each of
   * the panel's channels, four that hold a multiplier.
   */
  public static final int QUANTIZED_HEADER_ROWS = 8;

  /** Floats of scratch, at least, that steps with quantised weights have. */
  public static final int MIN_SCRATCH = 256;

  private PackedWeights() {}

  /** Panels that {@code channels} channels fill, the last one possibly in part. */
  public static int panels(int channels) {
    return (channels + PANEL - 1) / PANEL;
  }

  /**
   * Shape of the packed weights of a {@link Step.Conv2d}, dense F32: [panels of OC, 1 + taps * C,
   * {@link #PANEL}]. In each panel first a row of biases, then for each tap (ky outer, kx inner)
   * and each input channel c a row with the weights of the panel's output channels. Channels behind
   * OC are zero. A consecutive run of panels is itself such a block, so that a large layer can be
   * cut along its output channels.
   */
  public static int[] conv(int outputChannels, int inputChannels, Window2d window) {
    return new int[] {
      panels(outputChannels), 1 + Math.multiplyExact(window.taps(), inputChannels), PANEL
    };
  }

  /**
   * Shape of the packed weights of a {@link Step.DepthwiseConv2d}, dense F32: [panels of C, 1 +
   * taps, {@link #PANEL}]. In each panel first a row of biases, then a row for each tap (ky outer,
   * kx inner). Channels behind C are zero.
   */
  public static int[] depthwise(int channels, Window2d window) {
    return new int[] {panels(channels), 1 + window.taps(), PANEL};
  }

  /**
   * Shape of the packed weights of a {@link Step.QuantizedConv2d}, dense I8: [panels of OC, {@link
   * #QUANTIZED_HEADER_ROWS} + taps * C, {@link #PANEL}]. In each panel first 64 bytes with the
   * biases (F32), then 64 bytes with the multipliers (F32), then rows of weights as {@link #conv}
   * has them. Everything for channels behind OC is zero.
   */
  public static int[] quantizedConv(int outputChannels, int inputChannels, Window2d window) {
    int[] shape = conv(outputChannels, inputChannels, window);
    shape[1] = Math.addExact(shape[1], QUANTIZED_HEADER_ROWS - 1);
    return shape;
  }

  /**
   * Shape of the packed weights of a {@link Step.QuantizedDepthwiseConv2d}, dense I8: [panels of C,
   * {@link #QUANTIZED_HEADER_ROWS} + taps, {@link #PANEL}], as {@link #quantizedConv}.
   */
  public static int[] quantizedDepthwise(int channels, Window2d window) {
    int[] shape = depthwise(channels, window);
    shape[1] = Math.addExact(shape[1], QUANTIZED_HEADER_ROWS - 1);
    return shape;
  }
}
