package dev.strongroom.graph;

import java.util.List;

/** Counts multiply-accumulate operations: those of convolutions and products, nothing else. */
public final class Macs {
  private Macs() {}

  /** Of the whole graph, once through. */
  public static long of(Graph graph) {
    return graph.nodes().stream().mapToLong(n -> of(graph, n)).reduce(0, Math::addExact);
  }

  /** Of one node of {@code graph}; 0 for all but convolutions and products. */
  public static long of(Graph graph, Node node) {
    List<Shape> inputs = node.inputs().stream().map(i -> graph.type(i).shape()).toList();
    return of(node.op(), inputs, graph.type(node.output()).shape());
  }

  /** Of {@code op} on inputs of these shapes. */
  public static long of(Op op, List<Shape> in, Shape out) {
    return switch (op) {
      // One product for each output element and each weight of its filter.
      case Op.Conv _ -> Math.multiplyExact(out.elements(), filter(in.get(1)));
      // One product for each input element and each weight that it meets.
      case Op.ConvTranspose _ -> Math.multiplyExact(in.get(0).elements(), filter(in.get(1)));
      case Op.MatMul _ -> Math.multiplyExact(out.elements(), in.get(0).dim(-1));
      case Op.Gemm gemm ->
          Math.multiplyExact(out.elements(), in.get(0).dim(gemm.transposeA() ? 0 : 1));
      default -> 0;
    };
  }

  /** Elements of weights [M, …] that belong to one of the M. */
  private static long filter(Shape weights) {
    long elements = 1;
    for (int i = 1; i < weights.rank(); i++) {
      elements = Math.multiplyExact(elements, weights.dim(i));
    }
    return elements;
  }
}
