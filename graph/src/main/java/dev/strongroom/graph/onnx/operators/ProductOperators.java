package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.Map;

/** Matrix products. */
final class ProductOperators {
  private ProductOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("MatMul", n -> n.output(matMul(n, n.input(0), n.input(1))));
    all.put("Gemm", ProductOperators::gemm);
  }

  /** A vector on the left is a row, on the right a column; that dimension leaves the result. */
  static Value matMul(OnnxNode node, Value a, Value b) throws RejectedException {
    boolean row = a.shape().rank() == 1;
    boolean column = b.shape().rank() == 1;
    if (row) {
      a = node.reshape(a, Shape.of(1, a.shape().dim(0)));
    }
    if (column) {
      b = node.reshape(b, Shape.of(b.shape().dim(0), 1));
    }
    Value product = node.emit(new Op.MatMul(), a, b);
    int[] dims = product.shape().dims();
    int last = dims.length - 1;
    if (row) {
      dims[last - 1] = dims[last];
    }
    int dropped = (row ? 1 : 0) + (column ? 1 : 0);
    return node.reshape(product, Shape.of(Arrays.copyOf(dims, dims.length - dropped)));
  }

  private static void gemm(OnnxNode node) throws RejectedException {
    Op op =
        new Op.Gemm(
            node.number("alpha", 1),
            node.number("beta", 1),
            node.integer("transA", 0) != 0,
            node.integer("transB", 0) != 0);
    node.output(
        node.hasInput(2)
            ? node.emit(op, node.input(0), node.input(1), node.input(2))
            : node.emit(op, node.input(0), node.input(1)));
  }
}
