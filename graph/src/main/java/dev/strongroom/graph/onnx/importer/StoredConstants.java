package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.importer.Translation.Emission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Integers that stand for constants: exporters reshape and transpose what they dequantised. */
final class StoredConstants {
  private StoredConstants() {}

  /**
   * The Dequantize that yields {@code result}, which {@code op} makes of what {@code dequantise}
   * yields: the same with the integers moved. Empty where the scales would no longer lie along one
   * dimension, or where {@code op} does more than reshape or transpose.
   */
  static Optional<Emission> move(Emission dequantise, Op op, Value result) {
    int axis = ((Op.Dequantize) dequantise.op()).axis();
    Tensor integers = dequantise.inputs().getFirst().constant().orElseThrow();
    Optional<Integer> moved =
        switch (op) {
          case Op.Transpose t -> Optional.of(axis == -1 ? -1 : t.perm().indexOf(axis));
          case Op.Reshape _ -> axis(integers.shape(), axis, result.shape());
          default -> Optional.empty();
        };
    return moved.map(
        to -> {
          TensorType type = new TensorType(integers.dataType(), result.shape());
          List<Value> inputs = new ArrayList<>(dequantise.inputs());
          inputs.set(0, Value.constant(Interpreter.evaluate(op, List.of(integers), type)));
          return new Emission(new Op.Dequantize(to), inputs, result, dequantise.node());
        });
  }

  /** The dimension of {@code to} whose slices are those of dimension {@code axis} before. */
  private static Optional<Integer> axis(Shape from, int axis, Shape to) {
    if (axis == -1) {
      return Optional.of(-1);
    }
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) == from.dim(axis) && before(to, i) == before(from, axis)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static long before(Shape shape, int axis) {
    long elements = 1;
    for (int i = 0; i < axis; i++) {
      elements *= shape.dim(i);
    }
    return elements;
  }

  /** Whether both are constants of the same elements. */
  static boolean same(Value a, Value b) {
    return a == b
        || a.constant()
            .flatMap(x -> b.constant().map(y -> x.data().equals(y.data())))
            .orElse(false);
  }
}
