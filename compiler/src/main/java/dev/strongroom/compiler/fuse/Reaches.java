package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What operators need of their operands to compute a part of their result, and how they compute it.
 * Padding stays where the model has it: a piece is padded at the tensor's borders only, so that it
 * equals the same part of the whole.
 */
final class Reaches {
  private Reaches() {}

  /** The reach of {@code node} into its operand of that index; empty if it cannot be cut so. */
  static Optional<Reach> of(Graph graph, Node node, int operand, Axis axis) {
    String value = node.inputs().get(operand);
    Shape in = graph.type(value).shape();
    Shape out = graph.type(node.output()).shape();
    if (axis.of(out.rank()) < 0) {
      return Optional.empty();
    }
    return switch (node.op()) {
      case Op.Conv op -> operand > 0 ? constant(graph, value) : conv(graph, node, op, axis);
      case Op.ConvTranspose op ->
          operand > 0 ? constant(graph, value) : transposed(graph, node, op, axis);
      case Op.Pool op ->
          window(op.kernel(), op.strides(), op.pads(), op.dilations(), axis == Axis.ROW ? 0 : 1);
      case Op.BatchNorm _ -> operand > 0 ? constant(graph, value) : same(in, out, axis);
      case Op.Unary _, Op.Cast _ -> same(in, out, axis);
      case Op.Binary _ -> broadcast(graph, value, out, axis);
      case Op.Quantize op ->
          operand > 0 ? constant(graph, value) : when(op.axis() < 0, same(in, out, axis));
      case Op.Dequantize op ->
          operand > 0 ? constant(graph, value) : when(op.axis() < 0, same(in, out, axis));
      case Op.Softmax op -> when(op.axis() != axis.of(out.rank()), same(in, out, axis));
      case Op.LayerNorm op ->
          operand > 0
              ? constant(graph, value)
              : when(op.axis() > axis.of(out.rank()), same(in, out, axis));
      // A constant lies in secure memory whole or not at all: there is nothing to gain by cutting
      // it.
      case Op.Concat op ->
          when(
              op.axis() != axis.of(out.rank()) && !graph.constants().containsKey(value),
              same(in, out, axis));
      case Op.Transpose op ->
          when(
              op.perm().get(axis.of(out.rank())) == axis.of(in.rank()) && in.rank() == out.rank(),
              same(in, out, axis));
      case Op.Upsample op -> Optional.of(new Reach.Repeated(op.factors().get(axis.of(out.rank()))));
      case Op.Resize op ->
          Optional.of(new Reach.Sampled(axis == Axis.ROW ? op.rows() : op.columns()));
      case Op.Slice op -> {
        int at = axis.of(out.rank());
        yield when(
            op.steps().get(at) > 0,
            Optional.of(new Reach.Sliding(1, op.steps().get(at), -op.starts().get(at), 1)));
      }
      case Op.MatMul _ ->
          operand > 0
              ? constant(graph, value)
              : when(axis.of(out.rank()) < out.rank() - 1, same(in, out, axis));
      case Op.Gemm op ->
          operand > 0
              ? constant(graph, value)
              : when(!op.transposeA() && axis == Axis.ROW, same(in, out, axis));
      case Op.Reduce op ->
          when(op.keepDims() && !op.axes().contains(axis.of(out.rank())), same(in, out, axis));
      // A table is opened whole for every look-up: once is enough.
      case Op.Reshape _, Op.Expand _, Op.Gather _ -> Optional.empty();
    };
  }

  private static Optional<Reach> when(boolean condition, Optional<Reach> reach) {
    return condition ? reach : Optional.empty();
  }

  private static Optional<Reach> constant(Graph graph, String value) {
    return when(graph.constants().containsKey(value), Optional.of(new Reach.Whole()));
  }

  private static Optional<Reach> same(Shape in, Shape out, Axis axis) {
    return when(
        in.rank() == out.rank() && axis.size(in) == axis.size(out),
        Optional.of(Reach.Sliding.SAME));
  }

  private static Optional<Reach> broadcast(Graph graph, String value, Shape out, Axis axis) {
    Shape in = graph.type(value).shape();
    int at = axis.of(out.rank()) - (out.rank() - in.rank());
    if (at < 0 || (in.dim(at) == 1 && axis.size(out) > 1)) {
      return Optional.of(new Reach.Whole());
    }
    return when(!graph.constants().containsKey(value), same(in, out, axis));
  }

  private static Optional<Reach> conv(Graph graph, Node node, Op.Conv op, Axis axis) {
    Shape w = graph.type(node.inputs().get(1)).shape();
    return window(
        List.of(w.dim(2), w.dim(3)),
        op.strides(),
        op.pads(),
        op.dilations(),
        axis == Axis.ROW ? 0 : 1);
  }

  /** A window that can lie wholly in the padding has no piece of the operand to read. */
  private static Optional<Reach> window(
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      int i) {
    int taps = kernel.get(i);
    int extent = (taps - 1) * dilations.get(i) + 1;
    return when(
        pads.get(i) < extent && pads.get(i + 2) < extent,
        Optional.of(new Reach.Sliding(taps, strides.get(i), pads.get(i), dilations.get(i))));
  }

  private static Optional<Reach> transposed(
      Graph graph, Node node, Op.ConvTranspose op, Axis axis) {
    Shape w = graph.type(node.inputs().get(1)).shape();
    int i = axis == Axis.ROW ? 0 : 1;
    return when(
        op.dilations().get(i) == 1 && op.strides().get(i) <= w.dim(2 + i),
        Optional.of(new Reach.Transposed(w.dim(2 + i), op.strides().get(i), op.pads().get(i))));
  }

  /**
   * The operator that computes a piece.
   *
   * @param out rows and, unless columns stay whole, columns of the piece, by {@link Axis#ordinal}
   * @param in those of the first operand that it gets
   */
  static Op cut(Graph graph, Node node, Span[] out, Span[] in) {
    return switch (node.op()) {
      case Op.Conv op -> {
        Shape w = graph.type(node.inputs().get(1)).shape();
        yield new Op.Conv(
            op.strides(),
            pads(List.of(w.dim(2), w.dim(3)), op.strides(), op.pads(), op.dilations(), out, in),
            op.dilations(),
            op.groups());
      }
      case Op.Pool op ->
          new Op.Pool(
              op.kind(),
              op.kernel(),
              op.strides(),
              pads(op.kernel(), op.strides(), op.pads(), op.dilations(), out, in),
              op.dilations(),
              op.countPadding());
      case Op.ConvTranspose op -> {
        Shape w = graph.type(node.inputs().get(1)).shape();
        int[] pads = op.pads().stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < out.length; i++) {
          int stride = op.strides().get(i);
          pads[i] = out[i].from() + op.pads().get(i) - in[i].from() * stride;
          int full = (in[i].size() - 1) * stride + w.dim(2 + i);
          pads[2 + i] = full - pads[i] - out[i].size();
        }
        yield new Op.ConvTranspose(op.strides(), boxed(pads), op.dilations(), op.groups());
      }
      case Op.Resize op ->
          new Op.Resize(
              op.rows().piece(out[0].from(), out[0].to(), in[0].from()),
              out.length == 1
                  ? op.columns()
                  : op.columns().piece(out[1].from(), out[1].to(), in[1].from()));
      case Op.Slice op -> {
        List<Integer> starts = new ArrayList<>(op.starts());
        for (int i = 0; i < out.length; i++) {
          starts.set(Axis.values()[i].of(starts.size()), 0);
        }
        yield new Op.Slice(starts, op.steps());
      }
      default -> node.op();
    };
  }

  /** What {@link #cut}'s operator computes along one dimension: at least {@code out}. */
  static Span computed(Reach reach, Span out, Span in) {
    return reach instanceof Reach.Repeated r
        ? new Span(in.from() * r.factor(), in.to() * r.factor())
        : out;
  }

  private static List<Integer> pads(
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> pads,
      List<Integer> dilations,
      Span[] out,
      Span[] in) {
    int[] result = pads.stream().mapToInt(Integer::intValue).toArray();
    for (int i = 0; i < out.length; i++) {
      int first = out[i].from() * strides.get(i) - pads.get(i);
      int last =
          (out[i].to() - 1) * strides.get(i) - pads.get(i) + (kernel.get(i) - 1) * dilations.get(i);
      result[i] = Math.max(0, in[i].from() - first);
      result[2 + i] = Math.max(0, last + 1 - in[i].to());
    }
    return boxed(result);
  }

  private static List<Integer> boxed(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
