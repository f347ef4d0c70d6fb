package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Whether the tensors of a graph are of sizes that steps can have as operands. */
final class TensorSizes {
  private TensorSizes() {}

  /**
   * Everything after this may count elements in an int, and bytes of a tensor in a long.
   *
   * @throws UnsupportedModelException if a tensor has no element, or 2<sup>31</sup> or more; names
   *     all of them
   */
  static void check(Graph graph) throws UnsupportedModelException {
    Set<String> values = new LinkedHashSet<>(graph.inputs());
    for (Node node : graph.nodes()) {
      values.addAll(node.inputs());
      values.add(node.output());
    }
    List<String> faults = new ArrayList<>();
    for (String value : values) {
      Shape shape = graph.type(value).shape();
      if (!isHeld(shape)) {
        faults.add(
            "%s is %s; tensors have 1 to %,d elements".formatted(value, shape, Integer.MAX_VALUE));
      }
    }
    if (!faults.isEmpty()) {
      throw new UnsupportedModelException(graph.name(), faults);
    }
  }

  private static boolean isHeld(Shape shape) {
    long elements = 1;
    for (int dim : shape.dims()) {
      // Both factors are below 2^31.
      elements *= dim;
      if (elements < 1 || elements > Integer.MAX_VALUE) {
        return false;
      }
    }
    return true;
  }
}
