package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Reduce.Kind;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/** Reductions along axes; of integers only ahead of run time. */
final class ReductionOperators {
  private ReductionOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("ReduceSum", n -> reduce(n, Kind.SUM, 0, Long::sum));
    all.put("ReduceMax", n -> reduce(n, Kind.MAX, Long.MIN_VALUE, Math::max));
    all.put("ReduceMin", n -> reduce(n, Kind.MIN, Long.MAX_VALUE, Math::min));
    all.put("ReduceMean", n -> n.output(reduce(n, Kind.MEAN, n.input(0))));
    all.put("ReduceProd", n -> n.output(integers(n, 1, (a, b) -> a * b)));
    all.put("ReduceSumSquare", n -> n.output(reduce(n, Kind.SUM, square(n))));
    all.put(
        "ReduceL1",
        n -> n.output(reduce(n, Kind.SUM, n.emit(Op.Unary.of(Function.ABS), n.input(0)))));
    all.put(
        "ReduceL2",
        n -> n.output(n.emit(Op.Unary.of(Function.SQRT), reduce(n, Kind.SUM, square(n)))));
  }

  private static Value square(OnnxNode node) throws RejectedException {
    return node.emit(new Op.Binary(Op.Binary.Kind.MUL), node.input(0), node.input(0));
  }

  private static void reduce(OnnxNode node, Kind kind, long start, LongBinaryOperator onIntegers)
      throws RejectedException {
    Value x = node.input(0);
    boolean known = x.constant().isPresent() && x.dataType() != DataType.FLOAT32;
    node.output(known ? integers(node, start, onIntegers) : reduce(node, kind, x));
  }

  private static Value reduce(OnnxNode node, Kind kind, Value x) throws RejectedException {
    List<Integer> axes = axes(node, x.shape());
    return axes.isEmpty() ? x : node.emit(new Op.Reduce(kind, axes, keepDims(node)), x);
  }

  private static Value integers(OnnxNode node, long start, LongBinaryOperator operator)
      throws RejectedException {
    Tensor x = node.constant(0, "input");
    long[] values = node.integers(0, "input");
    List<Integer> axes = axes(node, x.shape());
    Shape kept = ShapeInference.infer(new Op.Reduce(Kind.SUM, axes, true), List.of(x.shape()));
    Shape out =
        ShapeInference.infer(new Op.Reduce(Kind.SUM, axes, keepDims(node)), List.of(x.shape()));
    OnnxNode.checkFoldedSize(out.elements(), x.dataType());
    long[] result = new long[(int) out.elements()];
    Arrays.fill(result, start);
    for (int i = 0; i < values.length; i++) {
      int at = index(i, x.shape(), kept);
      result[at] = operator.applyAsLong(result[at], values[i]);
    }
    return node.constant(Integers.tensor(x.dataType(), out, result));
  }

  /** The number, in {@code kept}, of what element {@code i} of {@code shape} is reduced into. */
  private static int index(int i, Shape shape, Shape kept) {
    int at = 0;
    int stride = 1;
    int rest = i;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      if (kept.dim(d) != 1) {
        at += rest % shape.dim(d) * stride;
      }
      stride *= kept.dim(d);
      rest /= shape.dim(d);
    }
    return at;
  }

  private static boolean keepDims(OnnxNode node) throws RejectedException {
    return node.integer("keepdims", 1) != 0;
  }

  /** An attribute in older operator sets, an input in newer; all dimensions where there is none. */
  private static List<Integer> axes(OnnxNode node, Shape shape) throws RejectedException {
    int rank = shape.rank();
    Optional<long[]> stated = node.integers("axes");
    if (stated.isEmpty()) {
      stated = node.optionalIntegers(1, "axes");
    }
    if (stated.isPresent() && stated.get().length > 0) {
      TreeSet<Integer> axes = new TreeSet<>();
      for (long axis : stated.get()) {
        axes.add(OnnxNode.axis(axis, rank));
      }
      return List.copyOf(axes);
    }
    return node.integer("noop_with_empty_axes", 0) != 0
        ? List.of()
        : IntStream.range(0, rank).boxed().toList();
  }
}
