package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Conv and ConvTranspose over one or two spatial dimensions. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Conv", n -> n.output(conv(n, n.input(0), n.input(1), n.optionalInput(2))));
    all.put("ConvTranspose", ConvolutionOperators::convTranspose);
  }

  /** The convolution that {@code node}'s attributes describe, on these operands. */
  static Value conv(OnnxNode node, Value x, Value w, Optional<Value> bias)
      throws RejectedException {
    Value.Padding padding = x.padding().orElse(null);
    if (padding != null) {
      x = padding.source();
    }
    if (padding != null && !node.string("auto_pad", "NOTSET").matches("NOTSET|VALID")) {
      throw RejectedException.of(
          "automatic padding on top of Pad \"%s\" is not supported", padding.node());
    }
    Windows windows = Windows.of(node, x, kernel(node, x, w));
    List<Integer> pads =
        padding == null ? windows.pads() : PadOperator.add(padding, windows.pads());
    Op op =
        new Op.Conv(windows.strides(), pads, windows.dilations(), node.smallInteger("group", 1));
    return apply(node, op, windows.x(), w, x, bias);
  }

  private static void convTranspose(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    Value w = node.input(1);
    List<Integer> kernel = kernel(node, x, w);
    int spatial = kernel.size();
    List<Integer> strides = node.integerList("strides", spatial, 1, 1);
    List<Integer> dilations = node.integerList("dilations", spatial, 1, 1);
    List<Integer> cuts = new ArrayList<>(Collections.nCopies(4, 0));
    for (int i = 0; i < spatial; i++) {
      long full =
          (x.shape().dim(2 + i) - 1L) * strides.get(i)
              + (kernel.get(i) - 1L) * dilations.get(i)
              + 1;
      long[] cut = cuts(node, x.shape(), spatial, i, strides.get(i), full);
      if (cut[0] < 0 || cut[1] < 0 || cut[0] + cut[1] >= full) {
        throw RejectedException.of(
            "its padding would cut %d and %d elements from a result of %d", cut[0], cut[1], full);
      }
      cuts.set(2 - spatial + i, Math.toIntExact(cut[0]));
      cuts.set(4 - spatial + i, Math.toIntExact(cut[1]));
    }
    Op op =
        new Op.ConvTranspose(
            Windows.lift(strides, 1),
            cuts,
            Windows.lift(dilations, 1),
            node.smallInteger("group", 1));
    node.output(apply(node, op, Windows.lift(node, x), w, x, node.optionalInput(2)));
  }

  /** What is cut from the full result ahead of and behind spatial dimension {@code i}. */
  private static long[] cuts(OnnxNode node, Shape x, int spatial, int i, int stride, long full)
      throws RejectedException {
    String auto = node.string("auto_pad", "NOTSET");
    long extra = node.integerList("output_padding", spatial, 0, 0).get(i);
    long size;
    if (node.hasAttribute("output_shape")) {
      // Some exporters state batch and channels as well.
      long[] stated = node.integers("output_shape").orElseThrow();
      if (stated.length != spatial && stated.length != spatial + 2) {
        throw RejectedException.of("its output_shape has %d numbers", stated.length);
      }
      size = stated[stated.length - spatial + i];
    } else if (auto.startsWith("SAME_")) {
      size = (long) x.dim(2 + i) * stride;
    } else {
      List<Integer> pads = node.integerList("pads", 2 * spatial, 0, 0);
      long before = auto.equals("VALID") ? 0 : pads.get(i);
      long after = auto.equals("VALID") ? 0 : pads.get(spatial + i);
      return new long[] {before, after - extra};
    }
    long total = full + extra - size;
    long before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
    return new long[] {before, full - before - size};
  }

  private static List<Integer> kernel(OnnxNode node, Value x, Value w) throws RejectedException {
    int spatial = Windows.spatialDimensions(x);
    if (w.shape().rank() != spatial + 2) {
      throw RejectedException.of("weights %s do not fit the input %s", w.shape(), x.shape());
    }
    List<Integer> kernel = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      kernel.add(w.shape().dim(2 + i));
    }
    if (!node.integerList("kernel_shape", spatial, 1, 1).equals(kernel)
        && node.hasAttribute("kernel_shape")) {
      throw RejectedException.of("its kernel_shape is not that of its weights %s", w.shape());
    }
    return kernel;
  }

  private static Value apply(
      OnnxNode node, Op op, Value lifted, Value w, Value x, Optional<Value> bias)
      throws RejectedException {
    Value weights = Windows.lift(node, w);
    Value y =
        bias.isPresent()
            ? node.emit(op, lifted, weights, bias.get())
            : node.emit(op, lifted, weights);
    return Windows.lower(node, y, x);
  }
}
