package dev.strongroom.compiler.lower;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Window2d;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Constant I8 weights with zero point 0 and a scale for each output channel, and how they are
 * packed.
 *
 * @param values in C order
 * @param scales one for all output channels, or one for each
 */
record QuantizedWeights(ByteBuffer values, float[] scales) {
  /** Where a weight lies among the values. */
  @FunctionalInterface
  interface Index {
    int of(int outputChannel, int ky, int kx, int inputChannel);
  }

  /**
   * The weights that {@code value} stands for, if it is a dequantised constant of this kind.
   *
   * @param channelAxis the dimension of output channels
   */
  static Optional<QuantizedWeights> of(Lowering lowering, String value, int channelAxis)
      throws UnsupportedNodeException {
    Node node = lowering.dequantizedConstant(value);
    if (node == null || !(node.op() instanceof Op.Dequantize(int axis))) {
      return Optional.empty();
    }
    Tensor q = lowering.anyConstant(node.inputs().get(0));
    float[] scales = lowering.anyConstant(node.inputs().get(1)).floats();
    ByteBuffer zeroPoints = lowering.anyConstant(node.inputs().get(2)).data();
    boolean perChannel = scales.length == 1 || axis == channelAxis;
    boolean symmetric =
        IntStream.range(0, zeroPoints.remaining()).allMatch(i -> zeroPoints.get(i) == 0);
    boolean positive =
        IntStream.range(0, scales.length).allMatch(i -> scales[i] > 0 && Float.isFinite(scales[i]));
    return q.dataType() == DataType.INT8 && perChannel && symmetric && positive
        ? Optional.of(new QuantizedWeights(q.data(), scales))
        : Optional.empty();
  }

  private double scale(int channel) {
    return scales[scales.length == 1 ? 0 : channel];
  }

  /**
   * A layer's numbers for its output channels.
   *
   * @param source tells apart all that make other numbers: constants, scales
   * @param inScale scale of the integers that the weights are multiplied with, 1 if those are
   *     floats
   * @param outScale what a result is divided by
   * @param factor what all weights are multiplied by
   * @param bias in real numbers
   */
  record Channels(
      String source, float inScale, double outScale, double factor, IntToDoubleFunction bias) {}

  /**
   * Packed as {@link PackedWeights#quantizedConv} says, for output channels [first, first + count).
   *
   * @param rows of weights in a panel
   * @param inputChannels of each tap: 1 if depthwise
   */
  Region pack(
      String name,
      int first,
      int count,
      int inputChannels,
      Window2d window,
      Index index,
      Channels channels) {
    int[] shape = PackedWeights.quantizedConv(count, inputChannels, window);
    return WeightPacking.bytes(
        name,
        shape,
        target -> {
          for (int i = 0; i < count; i++) {
            int panel = i / PackedWeights.PANEL * shape[1] * PackedWeights.PANEL;
            channel(
                target.slice(panel, shape[1] * PackedWeights.PANEL).order(target.order()),
                i % PackedWeights.PANEL,
                first + i,
                inputChannels,
                window,
                index,
                channels);
          }
        });
  }

  private void channel(
      ByteBuffer panel,
      int lane,
      int channel,
      int inputChannels,
      Window2d window,
      Index index,
      Channels channels) {
    double scale = scale(channel) * channels.inScale() * channels.factor();
    double bias = channels.bias().applyAsDouble(channel);
    panel.putFloat(Float.BYTES * lane, (float) (bias / channels.outScale()));
    panel.putFloat(
        Float.BYTES * (PackedWeights.PANEL + lane), (float) (scale / channels.outScale()));
    int at = PackedWeights.QUANTIZED_HEADER_ROWS * PackedWeights.PANEL + lane;
    for (int ky = 0; ky < window.kernelH(); ky++) {
      for (int kx = 0; kx < window.kernelW(); kx++) {
        for (int c = 0; c < inputChannels; c++) {
          panel.put(at, values.get(index.of(channel, ky, kx, c)));
          at += PackedWeights.PANEL;
        }
      }
    }
  }
}
