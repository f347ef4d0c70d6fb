package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import java.util.HashMap;
import java.util.Map;

/** Up to which node of a graph each value is needed. */
final class LiveValues {
  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  private LiveValues() {}

  static LiveValues of(Graph graph) {
    LiveValues live = new LiveValues();
    for (int n = 0; n < graph.nodes().size(); n++) {
      for (String input : graph.nodes().get(n).inputs()) {
        live.lastUse.put(input, n);
        live.uses.merge(input, 1, Integer::sum);
      }
    }
    graph.outputs().forEach(output -> live.lastUse.put(output, graph.nodes().size()));
    return live;
  }

  /** Whether a node from {@code index} on, or the caller, needs {@code value}. */
  boolean isUsedFrom(String value, int index) {
    return lastUse(value) >= index;
  }

  /** How many operands {@code value} serves as. */
  int uses(String value) {
    return uses.getOrDefault(value, 0);
  }

  /** The last node that reads {@code value}; behind the last for an output, -1 for none. */
  int lastUse(String value) {
    return lastUse.getOrDefault(value, -1);
  }
}
