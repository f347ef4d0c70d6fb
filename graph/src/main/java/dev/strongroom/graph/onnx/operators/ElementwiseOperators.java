package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** Mathematical functions of one input, element by element. */
final class ElementwiseOperators {
  private ElementwiseOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Erf", n -> n.output(n.emit(Op.Unary.of(Function.ERF), n.input(0))));
    all.put("Exp", n -> n.output(n.emit(Op.Unary.of(Function.EXP), n.input(0))));
    all.put("Log", n -> n.output(n.emit(Op.Unary.of(Function.LOG), n.input(0))));
    all.put("Sin", n -> n.output(n.emit(Op.Unary.of(Function.SIN), n.input(0))));
    all.put("Cos", n -> n.output(n.emit(Op.Unary.of(Function.COS), n.input(0))));
    all.put("Sqrt", n -> n.output(n.emit(Op.Unary.of(Function.SQRT), n.input(0))));
    all.put("Reciprocal", n -> n.output(n.emit(Op.Unary.of(Function.RECIPROCAL), n.input(0))));
    all.put("Abs", n -> signed(n, Op.Unary.of(Function.ABS), Math::abs));
    all.put("Neg", n -> signed(n, new Op.Unary(Function.AFFINE, -1, 0), v -> -v));
    all.put("Ceil", n -> knownOnly(n, Math::ceil));
    all.put("Floor", n -> knownOnly(n, Math::floor));
    all.put("Round", n -> knownOnly(n, Math::rint));
  }

  private static void signed(OnnxNode node, Op op, LongUnaryOperator onIntegers)
      throws RejectedException {
    Optional<Tensor> known = node.input(0).constant();
    if (known.isPresent() && Integers.isInteger(known.get().dataType())) {
      node.output(IntegerOperators.map(node, known.get(), onIntegers));
    } else {
      node.output(node.emit(op, node.input(0)));
    }
  }

  /** Functions that shape arithmetic and tables of constants use, and no engine has. */
  private static void knownOnly(OnnxNode node, DoubleUnaryOperator function)
      throws RejectedException {
    Value x = node.input(0);
    float[] values = node.floats(0, "input");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.applyAsDouble(values[i]);
    }
    node.output(node.constant(Tensor.ofFloats(values, x.shape().dims())));
  }
}
