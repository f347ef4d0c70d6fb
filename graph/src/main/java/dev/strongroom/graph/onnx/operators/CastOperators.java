package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.ElementTypes;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.Map;

/**
 * Conversions between element types. All floating-point types are FLOAT32 here, so that casts among
 * them vanish; others happen on constants.
 */
final class CastOperators {
  private CastOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Cast", CastOperators::cast);
    all.put("CastLike", n -> n.output(convert(n, n.input(0), n.input(1).dataType())));
  }

  private static void cast(OnnxNode node) throws RejectedException {
    int to = node.smallInteger("to", 0);
    DataType type =
        ElementTypes.of(to)
            .orElseThrow(
                () -> RejectedException.of("type %s is not supported", ElementTypes.name(to)));
    node.output(convert(node, node.input(0), type));
  }

  private static Value convert(OnnxNode node, Value x, DataType to) throws RejectedException {
    if (x.dataType() == to) {
      return x;
    }
    if (x.constant().isEmpty()) {
      throw RejectedException.of(
          "a conversion from %s to %s at run time is not supported", x.dataType(), to);
    }
    Tensor known = x.constant().orElseThrow();
    OnnxNode.checkFoldedSize(known.shape().elements(), to);
    if (to == DataType.FLOAT32) {
      return node.constant(toFloats(known));
    }
    return node.constant(Integers.tensor(to, known.shape(), toLongs(known, to)));
  }

  /** The same numbers as FLOAT32. */
  static Tensor toFloats(Tensor integers) {
    long[] values = Integers.of(integers);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return Tensor.ofFloats(floats, integers.shape().dims());
  }

  /** Truncated towards zero; as BOOL everything but zero is true. */
  private static long[] toLongs(Tensor x, DataType to) {
    if (Integers.isInteger(x.dataType())) {
      return Integers.of(x);
    }
    float[] floats = x.floats();
    long[] values = new long[floats.length];
    Arrays.setAll(values, i -> to == DataType.BOOL ? (floats[i] == 0 ? 0 : 1) : (long) floats[i]);
    return values;
  }
}
