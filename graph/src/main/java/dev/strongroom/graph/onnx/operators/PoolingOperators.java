package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Poolings; global ones are reductions over the spatial dimensions. */
final class PoolingOperators {
  private PoolingOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("MaxPool", n -> n.output(pool(n, n.input(0), Op.Pool.Kind.MAX)));
    all.put("AveragePool", n -> n.output(pool(n, n.input(0), Op.Pool.Kind.AVERAGE)));
    all.put("GlobalMaxPool", n -> n.output(global(n, n.input(0), Op.Reduce.Kind.MAX)));
    all.put("GlobalAveragePool", n -> n.output(global(n, n.input(0), Op.Reduce.Kind.MEAN)));
  }

  /** {@code x} reduced over its spatial dimensions. */
  static Value global(OnnxNode node, Value x, Op.Reduce.Kind kind) throws RejectedException {
    List<Integer> axes = IntStream.range(2, x.shape().rank()).boxed().toList();
    return axes.isEmpty() ? x : node.emit(new Op.Reduce(kind, axes, true), x);
  }

  /** The pooling that {@code node}'s attributes describe, of {@code operand}. */
  static Value pool(OnnxNode node, Value operand, Op.Pool.Kind kind) throws RejectedException {
    node.requireSingleOutput();
    Value x = operand;
    Value.Padding padding = x.padding().orElse(null);
    if (padding != null) {
      x = padding.source();
    }
    int spatial = Windows.spatialDimensions(x);
    if (!node.hasAttribute("kernel_shape")) {
      throw new RejectedException("its kernel_shape is missing");
    }
    Windows windows = Windows.of(node, x, node.integerList("kernel_shape", spatial, 1, 1));
    boolean padded = windows.pads().stream().anyMatch(p -> p > 0);
    boolean countPadding =
        kind == Op.Pool.Kind.AVERAGE && padded && node.integer("count_include_pad", 0) != 0;
    List<Integer> pads = windows.pads();
    if (padding != null) {
      // Zeros made by Pad are elements like others: they count, and they may be a maximum.
      if (kind == Op.Pool.Kind.MAX
          || (padded && !countPadding)
          || !node.string("auto_pad", "NOTSET").matches("NOTSET|VALID")) {
        throw RejectedException.of("Pad \"%s\" ahead of it is not supported", padding.node());
      }
      pads = PadOperator.add(padding, pads);
      countPadding = true;
    }
    Op op =
        new Op.Pool(
            kind, windows.kernel(), windows.strides(), pads, windows.dilations(), countPadding);
    Shape shape = shape(windows, pads, node.integer("ceil_mode", 0) != 0, countPadding);
    return Windows.lower(node, node.emit(op, shape, windows.x()), x);
  }

  /**
   * The result's shape. With {@code ceil}, windows that only begin inside the padded input count,
   * but none that would begin in the padding behind it.
   */
  private static Shape shape(Windows w, List<Integer> pads, boolean ceil, boolean countPadding)
      throws RejectedException {
    Shape x = w.x().shape();
    List<Integer> dims = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
    for (int i = 0; i < 2; i++) {
      long before = pads.get(i);
      long after = pads.get(2 + i);
      long padded = x.dim(2 + i) + before + after;
      long stride = w.strides().get(i);
      if (padded < w.reach(i) || before >= w.reach(i) || after >= w.reach(i)) {
        throw RejectedException.of(
            "a window of %d does not fit %d elements padded by %d and %d",
            w.reach(i), x.dim(2 + i), before, after);
      }
      long count = (padded - w.reach(i)) / stride + 1;
      if (ceil) {
        count = Math.ceilDiv(padded - w.reach(i), stride) + 1;
        if ((count - 1) * stride >= x.dim(2 + i) + before) {
          count--;
        }
        if (countPadding && (count - 1) * stride + w.reach(i) > padded) {
          throw new RejectedException(
              "an average over windows that leave the padded input is not supported");
        }
      }
      dims.add(Math.toIntExact(count));
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }
}
