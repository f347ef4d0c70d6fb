package dev.strongroom.program;

/**
 * The layouts in which kernels read constant weights. Weights are packed once, by the compiler; the
 * sealer and the trusted side see bytes.
 */
public final class PackedWeights {
  /** Output channels in a panel: what the convolution kernels compute at once. */
  public static final int PANEL = 16;

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
}
