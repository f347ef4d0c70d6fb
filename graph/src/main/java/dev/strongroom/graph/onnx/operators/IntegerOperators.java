package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Comparisons, logic and choice: what models compute of shapes. All of it happens on constants,
 * before run time.
 */
final class IntegerOperators {
  private IntegerOperators() {}

  /** A relation of two numbers. */
  private interface Relation {
    boolean holds(double a, double b);
  }

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Equal", IntegerOperators::equal);
    all.put("Greater", n -> compare(n, (a, b) -> a > b));
    all.put("GreaterOrEqual", n -> compare(n, (a, b) -> a >= b));
    all.put("Less", n -> compare(n, (a, b) -> a < b));
    all.put("LessOrEqual", n -> compare(n, (a, b) -> a <= b));
    all.put("And", n -> logic(n, (a, b) -> a & b));
    all.put("Or", n -> logic(n, (a, b) -> a | b));
    all.put("Xor", n -> logic(n, (a, b) -> a ^ b));
    all.put("Not", n -> n.output(map(n, integers(n, 0), a -> a == 0 ? 1 : 0)));
    all.put("Mod", IntegerOperators::mod);
    all.put("Where", IntegerOperators::where);
  }

  /** Applies {@code function} to each element. */
  static Value map(OnnxNode node, Tensor x, LongUnaryOperator function) throws RejectedException {
    long[] values = Arrays.stream(Integers.of(x)).map(function).toArray();
    return node.constant(Integers.tensor(x.dataType(), x.shape(), values));
  }

  /** Applies {@code function} to each pair of elements, broadcast. */
  static Value combine(
      OnnxNode node, Tensor a, Tensor b, DataType result, LongBinaryOperator function)
      throws RejectedException {
    Shape shape = broadcast(a.shape(), b.shape(), result);
    long[] x = Integers.of(expand(node, a, shape));
    long[] y = Integers.of(expand(node, b, shape));
    for (int i = 0; i < x.length; i++) {
      x[i] = function.applyAsLong(x[i], y[i]);
    }
    return node.constant(Integers.tensor(result, shape, x));
  }

  /** Of floats at run time too: as 1 and 0, which is what a Cast makes of truth. */
  private static void equal(OnnxNode node) throws RejectedException {
    Value a = node.input(0);
    Value b = node.input(1);
    boolean known = a.constant().isPresent() && b.constant().isPresent();
    if (known || a.dataType() != DataType.FLOAT32 || b.dataType() != DataType.FLOAT32) {
      compare(node, (x, y) -> x == y);
      return;
    }
    Value numbers = node.emit(new Op.Binary(Op.Binary.Kind.EQUAL), a, b);
    node.output(node.truth(numbers));
  }

  private static void compare(OnnxNode node, Relation relation) throws RejectedException {
    Tensor a = node.constant(0, "first input");
    Tensor b = node.constant(1, "second input");
    Shape shape = broadcast(a.shape(), b.shape(), DataType.FLOAT64);
    // Beyond 2^53 neighbours look equal; no shape is that large.
    double[] x = numbers(expand(node, a, shape));
    double[] y = numbers(expand(node, b, shape));
    long[] result = new long[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = relation.holds(x[i], y[i]) ? 1 : 0;
    }
    node.output(node.constant(Integers.tensor(DataType.BOOL, shape, result)));
  }

  private static void logic(OnnxNode node, LongBinaryOperator operator) throws RejectedException {
    node.output(combine(node, integers(node, 0), integers(node, 1), DataType.BOOL, operator));
  }

  /** The result has the divisor's sign, or with fmod 1 the dividend's. */
  private static void mod(OnnxNode node) throws RejectedException {
    boolean truncated = node.integer("fmod", 0) != 0;
    Tensor a = integers(node, 0);
    LongBinaryOperator operator = truncated ? (x, y) -> x % y : Math::floorMod;
    node.output(combine(node, a, integers(node, 1), a.dataType(), operator));
  }

  private static void where(OnnxNode node) throws RejectedException {
    Tensor condition = integers(node, 0);
    Tensor a = node.constant(1, "second input");
    Tensor b = node.constant(2, "third input");
    if (a.dataType() != b.dataType()) {
      throw RejectedException.of("it mixes element types %s and %s", a.dataType(), b.dataType());
    }
    Shape shape = broadcast(a.shape(), b.shape(), a.dataType());
    shape = broadcast(shape, condition.shape(), a.dataType());
    long[] choice = Integers.of(expand(node, condition, shape));
    Tensor x = expand(node, a, shape);
    Tensor y = expand(node, b, shape);
    int size = x.dataType().bytes();
    ByteBuffer result = ByteBuffer.allocate(choice.length * size);
    for (int i = 0; i < choice.length; i++) {
      result.put(i * size, (choice[i] != 0 ? x : y).data(), i * size, size);
    }
    node.output(node.constant(Tensor.of(x.type(), result)));
  }

  private static Tensor integers(OnnxNode node, int i) throws RejectedException {
    Tensor tensor = node.constant(i, "input " + i);
    if (!Integers.isInteger(tensor.dataType())) {
      throw RejectedException.of("input %d is %s where integers are needed", i, tensor.type());
    }
    return tensor;
  }

  private static double[] numbers(Tensor tensor) {
    double[] values = new double[(int) tensor.shape().elements()];
    if (Integers.isInteger(tensor.dataType())) {
      long[] integers = Integers.of(tensor);
      Arrays.setAll(values, i -> integers[i]);
    } else {
      float[] floats = tensor.floats();
      Arrays.setAll(values, i -> floats[i]);
    }
    return values;
  }

  private static Shape broadcast(Shape a, Shape b, DataType type) throws RejectedException {
    Shape shape;
    try {
      shape = ShapeInference.broadcast(a, b);
      OnnxNode.checkFoldedSize(shape.elements(), type);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new RejectedException(String.valueOf(e.getMessage()));
    }
    return shape;
  }

  private static Tensor expand(OnnxNode node, Tensor x, Shape shape) throws RejectedException {
    if (x.shape().equals(shape)) {
      return x;
    }
    return node.emit(new Op.Expand(), shape, node.constant(x)).constant().orElseThrow();
  }
}
