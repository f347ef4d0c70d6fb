package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.onnx.importer.ElementTypes;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Map;
import java.util.Optional;

/**
 * Conversions between element types. All floating-point types are FLOAT32 here, so that casts among
 * them vanish.
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
    Optional<Value> numbers = node.numbers(x);
    if (numbers.isPresent() && to != DataType.BOOL) {
      return convert(node, numbers.get(), to);
    }
    return x.dataType() == to ? x : node.emit(new Op.Cast(to), x);
  }
}
