package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operators that only move elements: regions where strides can express them, copies elsewhere. */
final class ShapeLowering {
  private ShapeLowering() {}

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  static void transpose(Lowering lowering, Node node, Op.Transpose transpose) {
    String source = node.inputs().getFirst();
    Region x = lowering.raw(source);
    lowering.defineMoved(node.output(), x.permute(ints(transpose.perm())), source);
  }

  static void slice(Lowering lowering, Node node, Op.Slice slice) throws UnsupportedNodeException {
    if (slice.steps().stream().anyMatch(step -> step < 1)) {
      throw new UnsupportedNodeException("slices backwards: steps " + slice.steps());
    }
    String source = node.inputs().getFirst();
    Region x = lowering.raw(source);
    int[] shape = lowering.shape(node.output());
    lowering.defineMoved(
        node.output(), x.slice(ints(slice.starts()), ints(slice.steps()), shape), source);
  }

  static void reshape(Lowering lowering, Node node) {
    String source = node.inputs().getFirst();
    Region x = lowering.raw(source);
    int[] shape = lowering.shape(node.output());
    lowering.defineMoved(
        node.output(),
        x.reshape(shape)
            .orElseGet(() -> lowering.copy(node.name(), x).reshape(shape).orElseThrow()),
        source);
  }

  static void expand(Lowering lowering, Node node) {
    String source = node.inputs().getFirst();
    Region x = lowering.raw(source);
    lowering.defineMoved(node.output(), x.broadcast(lowering.shape(node.output())), source);
  }

  static void concat(Lowering lowering, Node node, Op.Concat concat)
      throws UnsupportedNodeException {
    if (QuantizedLowering.concat(lowering, node, concat)) {
      return;
    }
    List<Region> parts = node.inputs().stream().map(lowering::operand).toList();
    lowering.define(node.output(), joined(lowering, node, concat, parts));
  }

  /** A new tensor of all {@code parts}, which have one type. */
  static Region joined(Lowering lowering, Node node, Op.Concat concat, List<Region> parts) {
    Region first = parts.getFirst();
    Region y =
        lowering.newTensor(
            node.output(), first.type(), lowering.shape(node.output()), first.memoryOrder());
    int start = 0;
    for (int i = 0; i < parts.size(); i++) {
      int size = parts.get(i).dim(concat.axis());
      lowering.emitCopy(node.name() + "/" + i, parts.get(i), y.narrow(concat.axis(), start, size));
      start += size;
    }
    return y;
  }

  /**
   * Enlarging by whole factors is a copy from a region that repeats each element: [H, W] seen as
   * [H, 1 → f, W, 1 → g].
   */
  static void upsample(Lowering lowering, Node node, Op.Upsample upsample)
      throws UnsupportedNodeException {
    String input = node.inputs().getFirst();
    Region x = lowering.raw(input);
    int[] order = x.memoryOrder();
    Region y = lowering.newTensor(node.output(), x.type(), lowering.shape(node.output()), order);
    List<Integer> sourceShape = new ArrayList<>();
    List<Integer> repeated = new ArrayList<>();
    for (int axis : order) {
      int factor = upsample.factors().get(axis);
      sourceShape.add(x.dim(axis));
      repeated.add(x.dim(axis));
      if (factor > 1) {
        sourceShape.add(1);
        repeated.add(factor);
      }
    }
    if (repeated.size() > dev.strongroom.program.View.MAX_RANK) {
      throw new UnsupportedNodeException(
          "enlarges too many dimensions at once: factors " + upsample.factors());
    }
    Region source =
        x.permute(order).reshape(ints(sourceShape)).orElseThrow().broadcast(ints(repeated));
    Region target = y.permute(order).reshape(ints(repeated)).orElseThrow();
    lowering.emit(
        new Draft(
            node.name(),
            List.of(source),
            target,
            0,
            Draft.Aliasing.COPY,
            (reads, write) -> new dev.strongroom.program.Step.Copy(reads.get(0), write)));
    lowering.defineMoved(node.output(), y, input);
  }

  /** {@code shape} with its leading dimensions merged or filled up with ones to {@code rank}. */
  static int[] toRank(int[] shape, int rank) {
    int[] result = new int[rank];
    Arrays.fill(result, 1);
    for (int i = 0; i < shape.length; i++) {
      int at = Math.max(0, rank - shape.length + i);
      result[at] *= shape[i];
    }
    return result;
  }
}
