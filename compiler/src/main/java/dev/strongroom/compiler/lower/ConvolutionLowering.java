package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;
import java.nio.FloatBuffer;
import java.util.List;

/** Convolutions and poolings, on regions with channels last. */
final class ConvolutionLowering {
  /** From the model's order N, C, H, W to N, H, W, C. */
  static final int[] CHANNELS_LAST = {0, 2, 3, 1};

  /** Channels too few to fill even the narrowest vectors that engines compute in. */
  private static final int FEW = 4;

  private ConvolutionLowering() {}

  /**
   * A dense convolution that may be cut along its output channels.
   *
   * @param in [N, H, W, C], channels contiguous
   * @param out [N, OH, OW, OC], channels contiguous
   * @param source says which constants the weights are made of, and how
   */
  record Dense(
      String name,
      String source,
      Region in,
      Region out,
      Window2d window,
      Activation activation,
      WeightPacking.ConvolutionWeight weight,
      WeightPacking.PerChannel bias) {}

  /** Emits {@code conv} as one step, or as several if its weights exceed the largest block. */
  static void emitTiled(Lowering lowering, Dense conv) {
    int inputChannels = conv.in().dim(3);
    int outputChannels = conv.out().dim(3);
    int[] packed = PackedWeights.conv(outputChannels, inputChannels, conv.window());
    long panelBytes = (long) packed[1] * packed[2] * Float.BYTES;
    int panels = Math.clamp(lowering.maxWeightsBlock() / panelBytes, 1, packed[0]);
    for (int first = 0; first < outputChannels; first += panels * PackedWeights.PANEL) {
      int count = Math.min(panels * PackedWeights.PANEL, outputChannels - first);
      String name =
          count == outputChannels
              ? conv.name()
              : "%s[%d:%d]".formatted(conv.name(), first, first + count);
      int from = first;
      Region weights =
          lowering.packed(
              "%s[%d:%d]".formatted(conv.source(), first, first + count),
              () ->
                  WeightPacking.convolution(
                      PieceNames.role(name),
                      from,
                      count,
                      inputChannels,
                      conv.window(),
                      conv.weight(),
                      conv.bias()));
      Region out = conv.out().narrow(3, first, count);
      lowering.emit(
          new Draft(
              name,
              List.of(conv.in(), weights),
              out,
              out.elements() * conv.window().taps() * inputChannels,
              Draft.Aliasing.NONE,
              (reads, write) ->
                  new Step.Conv2d(
                      reads.get(0), reads.get(1), write, conv.window(), conv.activation())));
    }
  }

  /** {@code value} as [N, H, W, C] with contiguous channels. */
  private static Region channelsLast(Lowering lowering, Node node, String value)
      throws UnsupportedNodeException {
    return channelsLast(lowering, node, lowering.operand(value));
  }

  static Region channelsLast(Lowering lowering, Node node, Region x)
      throws UnsupportedNodeException {
    if (x.rank() != 4) {
      throw new UnsupportedNodeException(
          "needs an input of four dimensions, not of %d".formatted(x.rank()));
    }
    return lowering.lastContiguous(node.name(), x.permute(CHANNELS_LAST));
  }

  /** A new tensor of the model's shape [N, C, H, W] whose channels lie innermost. */
  private static Region newImage(Lowering lowering, String value) {
    return newImage(lowering, value, ElementType.F32);
  }

  static Region newImage(Lowering lowering, String value, ElementType type) {
    return lowering.newTensor(value, type, lowering.shape(value), CHANNELS_LAST);
  }

  static void conv(Lowering lowering, Node node, Op.Conv op) throws UnsupportedNodeException {
    if (QuantizedConvolution.conv(lowering, node, op)) {
      return;
    }
    Region in = channelsLast(lowering, node, node.inputs().get(0));
    Tensor w = lowering.constant(node.inputs().get(1));
    int perGroup = w.shape().dim(1);
    int kernelH = w.shape().dim(2);
    int kernelW = w.shape().dim(3);
    int outputChannels = w.shape().dim(0);
    FloatBuffer values = w.data().asFloatBuffer();
    WeightPacking.ConvolutionWeight weight =
        (oc, ky, kx, c) -> values.get(((oc * perGroup + c) * kernelH + ky) * kernelW + kx);
    WeightPacking.PerChannel bias = bias(lowering, node);
    Window2d window = window(op, kernelH, kernelW);
    Lowering.Epilogue epilogue = lowering.epilogue(node.output());
    Activation activation = epilogue.activation();
    Region y = newImage(lowering, epilogue.output());
    Region out = y.permute(CHANNELS_LAST);
    String source = source(node);
    if (op.groups() == 1) {
      emitTiled(
          lowering, new Dense(node.name(), source, in, out, window, activation, weight, bias));
    } else if (op.groups() == in.dim(3) && outputChannels == op.groups()) {
      Region weights =
          lowering.packed(
              source + " depthwise",
              () ->
                  WeightPacking.depthwise(
                      PieceNames.role(node.name()), outputChannels, window, weight, bias));
      lowering.emit(
          new Draft(
              node.name(),
              List.of(in, weights),
              out,
              out.elements() * window.taps(),
              Draft.Aliasing.NONE,
              (reads, write) ->
                  new Step.DepthwiseConv2d(reads.get(0), reads.get(1), write, window, activation)));
    } else {
      int outputsPerGroup = outputChannels / op.groups();
      for (int g = 0; g < op.groups(); g++) {
        int first = g * outputsPerGroup;
        emitTiled(
            lowering,
            new Dense(
                "%s/group%d".formatted(node.name(), g),
                "%s group %d of %d".formatted(source, g, op.groups()),
                in.narrow(3, g * perGroup, perGroup),
                out.narrow(3, first, outputsPerGroup),
                window,
                activation,
                (oc, ky, kx, c) -> weight.at(first + oc, ky, kx, c),
                oc -> bias.at(first + oc)));
      }
    }
    lowering.define(epilogue.output(), y);
  }

  static Window2d window(Op.Conv op, int kernelH, int kernelW) {
    return new Window2d(
        kernelH,
        kernelW,
        op.strides().get(0),
        op.strides().get(1),
        op.pads().get(0),
        op.pads().get(1),
        op.dilations().get(0),
        op.dilations().get(1));
  }

  /** The constants that a node's weights and bias come from. */
  static String source(Node node) {
    return String.join(" ", node.inputs().subList(1, node.inputs().size()));
  }

  static WeightPacking.PerChannel bias(Lowering lowering, Node node)
      throws UnsupportedNodeException {
    if (node.inputs().size() < 3) {
      return channel -> 0;
    }
    FloatBuffer values = lowering.constant(node.inputs().get(2)).data().asFloatBuffer();
    return values::get;
  }

  /**
   * A transposed convolution with strides (s, t) is s * t plain ones, one for each phase of the
   * output: rows r, r + s, r + 2 s, … depend on every s-th row of the kernel only, turned round
   * (Shi et al., arXiv 1609.07009). Each writes its rows and columns in place through strides;
   * nothing is accumulated and no zeros are multiplied.
   */
  static void transposed(Lowering lowering, Node node, Op.ConvTranspose op)
      throws UnsupportedNodeException {
    if (op.groups() != 1 || !op.dilations().equals(List.of(1, 1))) {
      throw new UnsupportedNodeException(
          "groups %d and dilations %s; only one group without dilation is built"
              .formatted(op.groups(), op.dilations()));
    }
    Region in = channelsLast(lowering, node, node.inputs().get(0));
    Tensor w = lowering.constant(node.inputs().get(1));
    int outputChannels = w.shape().dim(1);
    int kernelH = w.shape().dim(2);
    int kernelW = w.shape().dim(3);
    FloatBuffer values = w.data().asFloatBuffer();
    WeightPacking.PerChannel bias = bias(lowering, node);
    // A phase writes pixels that lie apart: a function of few channels is faster as a step of its
    // own, over all of the image.
    Lowering.Epilogue epilogue =
        outputChannels < FEW
            ? Lowering.Epilogue.none(node.output())
            : lowering.epilogue(node.output());
    Region y = newImage(lowering, epilogue.output());
    Region out = y.permute(CHANNELS_LAST);
    int strideH = op.strides().get(0);
    int strideW = op.strides().get(1);
    for (int ry = 0; ry < Math.min(strideH, out.dim(1)); ry++) {
      for (int rx = 0; rx < Math.min(strideW, out.dim(2)); rx++) {
        Phase vertical = Phase.of(ry, strideH, op.pads().get(0), kernelH);
        Phase horizontal = Phase.of(rx, strideW, op.pads().get(1), kernelW);
        if (vertical.taps() == 0 || horizontal.taps() == 0) {
          throw new UnsupportedNodeException(
              "strides %s exceed the kernel %d×%d".formatted(op.strides(), kernelH, kernelW));
        }
        Region source = vertical.crop(horizontal.crop(in, 2), 1);
        Region target =
            out.slice(
                new int[] {0, ry, rx, 0},
                new int[] {1, strideH, strideW, 1},
                new int[] {
                  out.dim(0),
                  (out.dim(1) - ry + strideH - 1) / strideH,
                  (out.dim(2) - rx + strideW - 1) / strideW,
                  outputChannels
                });
        Window2d window =
            new Window2d(
                vertical.taps(),
                horizontal.taps(),
                1,
                1,
                Math.max(0, vertical.padding()),
                Math.max(0, horizontal.padding()),
                1,
                1);
        emitTiled(
            lowering,
            new Dense(
                "%s/phase%d,%d".formatted(node.name(), ry, rx),
                "%s transposed %s %s".formatted(source(node), vertical.taken(), horizontal.taken()),
                source,
                target,
                window,
                epilogue.activation(),
                (oc, ky, kx, c) ->
                    values.get(
                        ((c * outputChannels + oc) * kernelH + vertical.kernelIndex(ky)) * kernelW
                            + horizontal.kernelIndex(kx)),
                bias));
      }
    }
    lowering.define(epilogue.output(), y);
  }

  /**
   * One dimension of one phase: output r + stride * q reads inputs q - padding … q - padding + taps
   * - 1; tap u multiplies with the kernel's element first + stride * (taps - 1 - u).
   *
   * @param padding negative where the first inputs are skipped
   */
  private record Phase(int first, int stride, int taps, int padding) {
    static Phase of(int r, int stride, int pad, int kernel) {
      int first = (r + pad) % stride;
      int taps = kernel > first ? (kernel - first + stride - 1) / stride : 0;
      int newest = (r + pad - first) / stride;
      return new Phase(first, stride, taps, taps - 1 - newest);
    }

    /** Which of the kernel's elements the taps are. */
    String taken() {
      return "%d:%d:%d".formatted(first, taps, stride);
    }

    int kernelIndex(int tap) {
      return first + stride * (taps - 1 - tap);
    }

    /** {@code in} without the elements along {@code axis} that lie before the first one read. */
    Region crop(Region in, int axis) {
      int skip = Math.min(Math.max(0, -padding), in.dim(axis) - 1);
      return in.narrow(axis, skip, in.dim(axis) - skip);
    }
  }

  static void pool(Lowering lowering, Node node, Op.Pool op) throws UnsupportedNodeException {
    Window2d window =
        new Window2d(
            op.kernel().get(0),
            op.kernel().get(1),
            op.strides().get(0),
            op.strides().get(1),
            op.pads().get(0),
            op.pads().get(1),
            op.dilations().get(0),
            op.dilations().get(1));
    Step.Pool2d.Kind kind =
        switch (op.kind()) {
          case MAX -> Step.Pool2d.Kind.MAX;
          case AVERAGE ->
              op.countPadding() ? Step.Pool2d.Kind.AVERAGE_WITH_PADDING : Step.Pool2d.Kind.AVERAGE;
        };
    if (QuantizedLowering.pool(lowering, node, kind, window)) {
      return;
    }
    Region in = channelsLast(lowering, node, node.inputs().getFirst());
    Region y = newImage(lowering, node.output());
    lowering.emit(
        new Draft(
            node.name(),
            List.of(in),
            y.permute(CHANNELS_LAST),
            0,
            Draft.Aliasing.NONE,
            (reads, write) -> new Step.Pool2d(kind, reads.get(0), write, window)));
    lowering.define(node.output(), y);
  }
}
