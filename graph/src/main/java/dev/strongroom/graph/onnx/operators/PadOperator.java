package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Pad with zeros, which is left to the convolutions and poolings that read the result. */
final class PadOperator {
  private PadOperator() {}

  static void translate(OnnxNode node) throws RejectedException {
    String mode = node.string("mode", "constant");
    if (!mode.equals("constant")) {
      throw RejectedException.of("mode \"%s\" is not supported", mode);
    }
    Value x = node.input(0);
    int rank = x.shape().rank();
    long[] before = new long[rank];
    long[] after = new long[rank];
    read(node, rank, before, after);
    if (Arrays.stream(before).allMatch(p -> p == 0) && Arrays.stream(after).allMatch(p -> p == 0)) {
      node.output(x);
      return;
    }
    float value = value(node);
    if (value != 0) {
      throw RejectedException.of("padding with %s instead of 0 is not supported", value);
    }
    int[] dims = x.shape().dims();
    for (int i = 0; i < rank; i++) {
      if (before[i] < 0 || after[i] < 0) {
        throw RejectedException.of(
            "negative padding %s, %s is not supported",
            Arrays.toString(before), Arrays.toString(after));
      }
      if (before[i] > Integer.MAX_VALUE / 4 || after[i] > Integer.MAX_VALUE / 4) {
        throw RejectedException.of("padding by %d and %d is too much", before[i], after[i]);
      }
      dims[i] = Math.toIntExact(dims[i] + before[i] + after[i]);
    }
    Optional<Value.Padding> inner = x.padding();
    if (inner.isPresent()) {
      for (int i = 0; i < rank; i++) {
        before[i] += inner.get().before()[i];
        after[i] += inner.get().after()[i];
      }
      x = inner.get().source();
    }
    node.output(node.padded(x, before, after, Shape.of(dims)));
  }

  /**
   * The padding of a window over [N, C, H, W] or [N, C, L] with that of a Pad ahead of it.
   *
   * @param pads top, left, bottom, right
   */
  static List<Integer> add(Value.Padding padding, List<Integer> pads) throws RejectedException {
    int rank = padding.before().length;
    List<Integer> sum = new ArrayList<>(pads);
    for (int i = 0; i < rank; i++) {
      if (i < 2 && (padding.before()[i] != 0 || padding.after()[i] != 0)) {
        throw RejectedException.of(
            "Pad \"%s\" ahead of it pads the batch or the channels", padding.node());
      }
      if (i >= 2) {
        int spatial = 4 - rank + i - 2;
        sum.set(spatial, Math.toIntExact(sum.get(spatial) + padding.before()[i]));
        sum.set(2 + spatial, Math.toIntExact(sum.get(2 + spatial) + padding.after()[i]));
      }
    }
    return sum;
  }

  /** Pads are an attribute before opset 11, an input since; since 18 for some axes only. */
  private static void read(OnnxNode node, int rank, long[] before, long[] after)
      throws RejectedException {
    Optional<long[]> attribute = node.integers("pads");
    long[] pads =
        node.opset() < 11 && attribute.isPresent() ? attribute.get() : node.integers(1, "pads");
    long[] axes = node.optionalIntegers(3, "axes").orElse(new long[0]);
    int count = node.hasInput(3) ? axes.length : rank;
    if (pads.length != 2 * count) {
      throw RejectedException.of(
          "it has %d pads where %d dimensions need two each", pads.length, count);
    }
    for (int i = 0; i < count; i++) {
      int axis = node.hasInput(3) ? OnnxNode.axis(axes[i], rank) : i;
      before[axis] = pads[i];
      after[axis] = pads[count + i];
    }
  }

  private static float value(OnnxNode node) throws RejectedException {
    if (node.opset() < 11) {
      return node.number("value", 0);
    }
    Optional<Value> given = node.optionalInput(2);
    if (given.isEmpty()) {
      return 0;
    }
    Tensor value = node.constant(2, "padding value");
    return value.shape().elements() == 0 ? 0 : node.scalar(2, "padding value");
  }
}
