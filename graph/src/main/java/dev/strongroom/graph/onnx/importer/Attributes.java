package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.onnx.proto.AttributeProto;
import dev.strongroom.graph.onnx.proto.AttributeProto.AttributeType;
import dev.strongroom.graph.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A node's attributes by name, each read as the type it must have. */
final class Attributes {
  private final Map<String, AttributeProto> byName = new HashMap<>();

  Attributes(NodeProto node) {
    for (AttributeProto a : node.getAttributeList()) {
      byName.put(a.getName(), a);
    }
  }

  /** Whether one holds a graph: the body of If, Loop or Scan. */
  static boolean holdGraph(NodeProto node) {
    return node.getAttributeList().stream().anyMatch(a -> a.hasG() || a.getGraphsCount() > 0);
  }

  Optional<Long> integer(String name) throws RejectedException {
    return find(name, AttributeType.INT).map(AttributeProto::getI);
  }

  Optional<Float> number(String name) throws RejectedException {
    return find(name, AttributeType.FLOAT).map(AttributeProto::getF);
  }

  Optional<String> string(String name) throws RejectedException {
    return find(name, AttributeType.STRING).map(a -> a.getS().toStringUtf8());
  }

  Optional<long[]> integers(String name) throws RejectedException {
    return find(name, AttributeType.INTS)
        .map(a -> a.getIntsList().stream().mapToLong(Long::longValue).toArray());
  }

  Optional<float[]> numbers(String name) throws RejectedException {
    return find(name, AttributeType.FLOATS)
        .map(
            a -> {
              float[] values = new float[a.getFloatsCount()];
              for (int i = 0; i < values.length; i++) {
                values[i] = a.getFloats(i);
              }
              return values;
            });
  }

  Optional<AttributeProto> tensor(String name) throws RejectedException {
    return find(name, AttributeType.TENSOR);
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  private Optional<AttributeProto> find(String name, AttributeType type) throws RejectedException {
    AttributeProto attribute = byName.get(name);
    if (attribute == null) {
      return Optional.empty();
    }
    // Files older than IR version 3 may leave the type out.
    if (attribute.getType() != type && attribute.getType() != AttributeType.UNDEFINED) {
      throw RejectedException.of(
          "attribute %s is %s where %s is needed", name, attribute.getType(), type);
    }
    return Optional.of(attribute);
  }
}
