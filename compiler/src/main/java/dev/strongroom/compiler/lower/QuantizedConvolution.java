package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * Layers with I8 weights. Whether their inputs are integers, and whether their results are, each
 * depends on what comes before and after: where only weights are quantised, both are floats.
 */
final class QuantizedConvolution {
  /** Floats in front of the rows that the kernel gathers, and pixels that have a row each. */
  private static final int SUMS = 192;

  private static final int PIXELS = 6;

  /** Products a pixel, at most, for which there is room: longer sums are made of pieces. */
  private static final int INTEGER_ROOM = 256;

  private static final int FLOAT_ROOM = 64;

  private QuantizedConvolution() {}

  /**
   * What a layer reads.
   *
   * @param in channels contiguous; I8 or F32
   * @param scale 1 if F32
   */
  private record Input(Region in, float scale, int zeroPoint) {
    boolean integers() {
      return in.type() == ElementType.I8;
    }
  }

  /**
   * What a layer writes and what comes before that.
   *
   * @param value the value that the layer's result is
   * @param type of its elements
   * @param scale that v is divided by
   */
  private record Output(
      String value, ElementType type, double scale, Activation activation, Saturation saturation) {}

  /** Follows a layer's result as far as its step can go. */
  private static Output output(Lowering lowering, String value) throws UnsupportedNodeException {
    Lowering.Epilogue epilogue = lowering.epilogue(value);
    Activation activation = epilogue.activation();
    Optional<QuantizedTail> tail = QuantizedTail.of(lowering, epilogue.output());
    if (tail.isEmpty() || !tail.get().functions().isEmpty()) {
      return new Output(epilogue.output(), ElementType.F32, 1, activation, Saturation.NONE);
    }
    QuantizedTail to = tail.get();
    to.absorb(lowering);
    Optional<Saturation> range = to.range(activation);
    if (range.isPresent()) {
      return new Output(to.output(), ElementType.I8, to.scale(), Activation.NONE, range.get());
    }
    Activation scaled =
        ElementwiseLowering.finite(
            new Activation(
                activation.function(),
                activation.alpha(),
                activation.beta(),
                (float) ((double) activation.scale() / to.scale()),
                (float) ((double) activation.shift() / to.scale())));
    return new Output(to.output(), ElementType.I8, 1, scaled, Saturation.of(to.zeroPoint()));
  }

  private static Input input(Lowering lowering, String value, boolean integersFit) {
    Quantized form = integersFit ? lowering.quantized(value) : null;
    return form == null
        ? new Input(lowering.operand(value), 1, 0)
        : new Input(form.region(), form.scale(), form.zeroPoint());
  }

  private static IntToDoubleFunction bias(WeightPacking.PerChannel bias) {
    return bias::at;
  }

  static boolean conv(Lowering lowering, Node node, Op.Conv op) throws UnsupportedNodeException {
    Optional<QuantizedWeights> quantized = QuantizedWeights.of(lowering, node.inputs().get(1), 0);
    if (quantized.isEmpty()) {
      return false;
    }
    QuantizedWeights w = quantized.get();
    int[] shape = lowering.shape(node.inputs().get(1));
    int perGroup = shape[1];
    int outputChannels = shape[0];
    Window2d window = ConvolutionLowering.window(op, shape[2], shape[3]);
    boolean depthwise = op.groups() > 1 && perGroup == 1 && outputChannels == op.groups();
    boolean fit =
        depthwise
            ? window.taps() <= Step.QuantizedDepthwiseConv2d.MAX_TAPS
            : (long) window.taps() * perGroup <= Step.QuantizedConv2d.MAX_PRODUCTS;
    Input x = input(lowering, node.inputs().get(0), fit);
    Input image =
        new Input(
            ConvolutionLowering.channelsLast(lowering, node, x.in()), x.scale(), x.zeroPoint());
    Output to = output(lowering, node.output());
    Region y = ConvolutionLowering.newImage(lowering, to.value(), to.type());
    Region out = y.permute(ConvolutionLowering.CHANNELS_LAST);
    QuantizedWeights.Channels channels =
        channels(
            ConvolutionLowering.source(node),
            x,
            to,
            1,
            bias(ConvolutionLowering.bias(lowering, node)));
    QuantizedWeights.Index index =
        (oc, ky, kx, c) -> ((oc * perGroup + c) * shape[2] + ky) * shape[3] + kx;
    if (depthwise) {
      emitDepthwise(lowering, node.name(), image, out, to, window, w, index, channels);
    } else {
      int outputsPerGroup = outputChannels / op.groups();
      for (int g = 0; g < op.groups(); g++) {
        Input part =
            new Input(
                image.in().narrow(3, g * perGroup, perGroup), image.scale(), image.zeroPoint());
        emitTiled(
            lowering,
            op.groups() == 1 ? node.name() : "%s/group%d".formatted(node.name(), g),
            part,
            out.narrow(3, g * outputsPerGroup, outputsPerGroup),
            to,
            window,
            w,
            g * outputsPerGroup,
            index,
            channels);
      }
    }
    lowering.define(to.value(), y);
    return true;
  }

  private static QuantizedWeights.Channels channels(
      String source, Input x, Output to, double factor, IntToDoubleFunction bias) {
    String made = "quantized %s %s/%s".formatted(source, x.scale(), to.scale());
    return new QuantizedWeights.Channels(made, x.scale(), to.scale(), factor, bias);
  }

  /** Scratch for one step, which nobody else reads or writes. */
  private static Region workspace(Lowering lowering, String name, boolean integers, int products) {
    int room = Math.min(products, integers ? INTEGER_ROOM : FLOAT_ROOM);
    int floats = SUMS + PIXELS * Math.ceilDiv(room, 8) * 8;
    return lowering.newTensor(
        name + "/workspace", Math.max(PackedWeights.MIN_SCRATCH, Math.ceilDiv(floats, 16) * 16));
  }

  private static void emitDepthwise(
      Lowering lowering,
      String name,
      Input x,
      Region out,
      Output to,
      Window2d window,
      QuantizedWeights weights,
      QuantizedWeights.Index index,
      QuantizedWeights.Channels channels) {
    Region packed =
        lowering.packed(
            "%s depthwise".formatted(channels.source()),
            () -> weights.pack(PieceNames.role(name), 0, out.dim(3), 1, window, index, channels));
    lowering.emit(
        new Draft(
            name,
            List.of(x.in(), packed, workspace(lowering, name, true, 1)),
            out,
            out.elements() * window.taps(),
            Draft.Aliasing.NONE,
            (reads, write) ->
                new Step.QuantizedDepthwiseConv2d(
                    reads.get(0),
                    reads.get(1),
                    reads.get(2),
                    write,
                    window,
                    x.zeroPoint(),
                    to.activation(),
                    to.saturation())));
  }

  /** One step, or several if the weights exceed the largest block. */
  private static void emitTiled(
      Lowering lowering,
      String name,
      Input x,
      Region out,
      Output to,
      Window2d window,
      QuantizedWeights weights,
      int firstChannel,
      QuantizedWeights.Index index,
      QuantizedWeights.Channels channels) {
    int inputChannels = x.in().dim(3);
    int outputChannels = out.dim(3);
    int[] shape = PackedWeights.quantizedConv(outputChannels, inputChannels, window);
    long panelBytes = (long) shape[1] * shape[2];
    int panels = Math.clamp(lowering.maxWeightsBlock() / panelBytes, 1, shape[0]);
    for (int first = 0; first < outputChannels; first += panels * PackedWeights.PANEL) {
      int count = Math.min(panels * PackedWeights.PANEL, outputChannels - first);
      String part =
          count == outputChannels ? name : "%s[%d:%d]".formatted(name, first, first + count);
      int from = firstChannel + first;
      Region packed =
          lowering.packed(
              "%s [%d:%d]".formatted(channels.source(), from, from + count),
              () ->
                  weights.pack(
                      PieceNames.role(part), from, count, inputChannels, window, index, channels));
      Region target = out.narrow(3, first, count);
      int products = Math.multiplyExact(window.taps(), inputChannels);
      lowering.emit(
          new Draft(
              part,
              List.of(x.in(), packed, workspace(lowering, part, x.integers(), products)),
              target,
              target.elements() * products,
              Draft.Aliasing.NONE,
              (reads, write) ->
                  new Step.QuantizedConv2d(
                      reads.get(0),
                      reads.get(1),
                      reads.get(2),
                      write,
                      window,
                      x.zeroPoint(),
                      to.activation(),
                      to.saturation())));
    }
  }

  /**
   * Rows times a constant matrix of shape [K, N], or [N, K] if transposed.
   *
   * @param input the value whose rows they are
   * @param factor on all products
   * @param value the value that is the product with its bias
   * @param source says which constants it is made of, and how
   */
  static boolean product(
      Lowering lowering,
      Node node,
      String input,
      boolean transposeInput,
      String matrix,
      boolean transposed,
      double factor,
      String value,
      String source,
      WeightPacking.PerChannel bias)
      throws UnsupportedNodeException {
    Shape w = Shape.of(lowering.shape(matrix));
    int outAxis = w.rank() - (transposed ? 2 : 1);
    Optional<QuantizedWeights> weights = QuantizedWeights.of(lowering, matrix, outAxis);
    if (weights.isEmpty() || !(factor > 0)) {
      return false;
    }
    int n = w.dim(transposed ? -2 : -1);
    int k = w.dim(transposed ? -1 : -2);
    Input x = input(lowering, input, k <= Step.QuantizedConv2d.MAX_PRODUCTS);
    Region a = transposeInput ? x.in().permute(1, 0) : x.in();
    int[] asImage = ShapeLowering.toRank(a.shape(), 4);
    Region rows =
        a.reshape(asImage)
            .filter(r -> r.stride(3) == 1)
            .orElseGet(
                () -> lowering.copy(node.name() + "/rows", a).reshape(asImage).orElseThrow());
    Output to = output(lowering, value);
    int[] shape = a.shape();
    shape[shape.length - 1] = n;
    Region y = lowering.newTensor(to.value(), to.type(), shape);
    emitTiled(
        lowering,
        node.name(),
        new Input(rows, x.scale(), x.zeroPoint()),
        y.reshape(asImage[0], asImage[1], asImage[2], n).orElseThrow(),
        to,
        Window2d.POINTWISE,
        weights.get(),
        0,
        transposed ? (oc, ky, kx, c) -> oc * k + c : (oc, ky, kx, c) -> c * n + oc,
        channels(source, x, to, factor, bias(bias)));
    lowering.define(to.value(), y);
    return true;
  }
}
