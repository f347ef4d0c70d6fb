package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Pad with zeros, which is left to the convolutions and poolings that read the result. */
final class PadOperator {
  /** Half of what an {@code int} holds, so that the two ends of a dimension can be added. */
  private static final int MAX_PAD = Integer.MAX_VALUE / 2;

  private PadOperator() {}

  static void translate(OnnxNode node) throws RejectedException {
    String mode = node.string("mode", "constant");
    if (!mode.equals("constant")) {
      throw RejectedException.of("mode \"%s\" is not supported", mode);
    }
    Value x = node.input(0);
    int rank = x.shape().rank();
    List<Integer> before = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> after = new ArrayList<>(Collections.nCopies(rank, 0));
    read(node, before, after);
    if (before.stream().allMatch(p -> p == 0) && after.stream().allMatch(p -> p == 0)) {
      node.output(x);
      return;
    }
    float value = value(node);
    if (value != 0) {
      throw RejectedException.of("padding with %s instead of 0 is not supported", value);
    }
    Optional<Value.Padding> inner = x.padding();
    int[] dims = x.shape().dims();
    for (int i = 0; i < rank; i++) {
      dims[i] = Math.addExact(dims[i], before.get(i) + after.get(i));
      if (inner.isPresent()) {
        before.set(i, Math.addExact(before.get(i), inner.get().before().get(i)));
        after.set(i, Math.addExact(after.get(i), inner.get().after().get(i)));
      }
    }
    Value source = inner.isPresent() ? inner.get().source() : x;
    node.output(node.padded(source, before, after, Shape.of(dims)));
  }

  /**
   * The padding of a window over [N, C, H, W] or [N, C, L] with that of a Pad ahead of it.
   *
   * @param pads top, left, bottom, right
   */
  static List<Integer> add(Value.Padding padding, List<Integer> pads) throws RejectedException {
    int rank = padding.before().size();
    List<Integer> sum = new ArrayList<>(pads);
    for (int i = 0; i < rank; i++) {
      int before = padding.before().get(i);
      int after = padding.after().get(i);
      if (i < 2 && (before != 0 || after != 0)) {
        throw RejectedException.of(
            "Pad \"%s\" ahead of it pads the batch or the channels", padding.node());
      }
      if (i >= 2) {
        int spatial = 2 - rank + i;
        sum.set(spatial, Math.addExact(sum.get(spatial), before));
        sum.set(2 + spatial, Math.addExact(sum.get(2 + spatial), after));
      }
    }
    return sum;
  }

  /** Pads are an attribute before opset 11, an input since; since 18 for some axes only. */
  private static void read(OnnxNode node, List<Integer> before, List<Integer> after)
      throws RejectedException {
    Optional<long[]> attribute = node.integers("pads");
    long[] pads =
        node.opset() < 11 && attribute.isPresent() ? attribute.get() : node.integers(1, "pads");
    long[] axes = node.optionalIntegers(3, "axes").orElse(new long[0]);
    int rank = before.size();
    int count = node.hasInput(3) ? axes.length : rank;
    if (pads.length != 2 * count) {
      throw RejectedException.of(
          "it has %d pads where %d dimensions need two each", pads.length, count);
    }
    for (long pad : pads) {
      if (pad < 0 || pad > MAX_PAD) {
        throw RejectedException.of("padding %s is not supported", Arrays.toString(pads));
      }
    }
    for (int i = 0; i < count; i++) {
      int axis = node.hasInput(3) ? OnnxNode.axis(axes[i], rank) : i;
      before.set(axis, (int) pads[i]);
      after.set(axis, (int) pads[count + i]);
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
