package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.program.ElementType;
import java.util.Arrays;
import java.util.Comparator;
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
    // A dimension of size 1 lies anywhere: the largest part tells best where it should.
    Region largest = parts.stream().max(Comparator.comparingLong(Region::elements)).orElseThrow();
    Region y =
        lowering.newTensor(
            node.output(), largest.type(), lowering.shape(node.output()), largest.memoryOrder());
    int start = 0;
    for (int i = 0; i < parts.size(); i++) {
      int size = parts.get(i).dim(concat.axis());
      lowering.emitCopy(node.name() + "/" + i, parts.get(i), y.narrow(concat.axis(), start, size));
      start += size;
    }
    return y;
  }

  static void upsample(Lowering lowering, Node node, Op.Upsample upsample)
      throws UnsupportedNodeException {
    String source = node.inputs().getFirst();
    Region x = lowering.raw(source);
    Enlarged enlarged = Enlarged.of(node, x, upsample.factors());
    Node reader = lowering.soleConsumer(node.output());
    boolean floats = x.type() == ElementType.F32;
    if (floats && reader != null && reader.op() instanceof Op.Binary) {
      // Read as it is, each element several times: it need not exist.
      lowering.defineEnlarged(node.output(), enlarged);
    } else {
      lowering.defineMoved(node.output(), enlarged.write(lowering), source);
    }
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
