package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Binary.Kind;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Arithmetic on two or more inputs that broadcast; on integers only ahead of run time. */
final class ArithmeticOperators {
  private ArithmeticOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Add", n -> two(n, Kind.ADD, Long::sum));
    all.put("Sub", n -> two(n, Kind.SUB, (a, b) -> a - b));
    all.put("Mul", n -> two(n, Kind.MUL, (a, b) -> a * b));
    // Integer division truncates, in ONNX as in Java.
    all.put("Div", n -> two(n, Kind.DIV, (a, b) -> a / b));
    all.put("Min", n -> many(n, Kind.MIN, Math::min));
    all.put("Max", n -> many(n, Kind.MAX, Math::max));
    all.put("Sum", n -> many(n, Kind.ADD, Long::sum));
    all.put("Mean", ArithmeticOperators::mean);
    all.put("Pow", ArithmeticOperators::pow);
  }

  private static void two(OnnxNode node, Kind kind, LongBinaryOperator onIntegers)
      throws RejectedException {
    node.output(combine(node, node.input(0), node.input(1), kind, onIntegers));
  }

  private static void many(OnnxNode node, Kind kind, LongBinaryOperator onIntegers)
      throws RejectedException {
    node.output(chain(node, kind, onIntegers));
  }

  private static Value chain(OnnxNode node, Kind kind, LongBinaryOperator onIntegers)
      throws RejectedException {
    List<Value> inputs = node.inputs();
    Value result = inputs.getFirst();
    for (Value next : inputs.subList(1, inputs.size())) {
      result = combine(node, result, next, kind, onIntegers);
    }
    return result;
  }

  private static void mean(OnnxNode node) throws RejectedException {
    Value sum = chain(node, Kind.ADD, Long::sum);
    node.output(node.emit(new Op.Unary(Function.AFFINE, 1f / node.inputCount(), 0), sum));
  }

  /** The exponent may be of an integer type where the base is not. */
  private static void pow(OnnxNode node) throws RejectedException {
    Value exponent = node.input(1);
    if (exponent.constant().isPresent() && Integers.isInteger(exponent.dataType())) {
      exponent = node.emit(new Op.Cast(DataType.FLOAT32), exponent);
    }
    node.output(node.emit(new Op.Binary(Kind.POW), node.input(0), exponent));
  }

  private static Value combine(
      OnnxNode node, Value a, Value b, Kind kind, LongBinaryOperator onIntegers)
      throws RejectedException {
    if (a.constant().isPresent()
        && b.constant().isPresent()
        && a.dataType() == b.dataType()
        && Integers.isInteger(a.dataType())) {
      Tensor x = a.constant().orElseThrow();
      Tensor y = b.constant().orElseThrow();
      return IntegerOperators.combine(node, x, y, x.dataType(), onIntegers);
    }
    return node.emit(new Op.Binary(kind), a, b);
  }
}
