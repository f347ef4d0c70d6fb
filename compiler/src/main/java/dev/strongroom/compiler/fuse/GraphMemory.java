package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a graph keeps alive at each node, as the planner would: views take nothing, element-wise
 * operators write over an operand that dies, parts of a concatenation are written in place.
 */
final class GraphMemory {
  private final Graph graph;
  private final boolean joined;
  private final LiveValues live;
  private final Map<String, Integer> storages = new HashMap<>();

  /** Floats that stand for integers, which is what lies in memory. */
  private final Set<String> dequantised = new HashSet<>();

  private final long[] bytes;
  private final int[] first;
  private final int[] last;
  private int count;

  private GraphMemory(Graph graph, boolean joined) {
    this.graph = graph;
    this.joined = joined;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Dequantize) {
        dequantised.add(node.output());
      }
    }
    this.live = LiveValues.of(graph);
    int most = graph.inputs().size() + graph.nodes().size();
    this.bytes = new long[most];
    this.first = new int[most];
    this.last = new int[most];
  }

  /**
   * @param joined whether parts of a concatenation are written in place, at the price that all of
   *     it is alive from the first part on
   */
  static GraphMemory of(Graph graph, boolean joined) {
    GraphMemory memory = new GraphMemory(graph, joined);
    graph.inputs().forEach(input -> memory.define(input, 0));
    for (int n = 0; n < graph.nodes().size(); n++) {
      memory.visit(n);
    }
    return memory;
  }

  private void define(String value, int node) {
    storages.put(value, count);
    bytes[count] = size(value);
    first[count] = node;
    last[count] = Math.max(node, live.lastUse(value));
    count++;
  }

  /** Bytes of {@code value}; where integers stand for its floats, those of the integers. */
  long size(String value) {
    var type = graph.type(value);
    boolean integers = dequantised.contains(value) || isOnlyQuantised(value);
    int element = integers ? DataType.INT8.bytes() : type.dataType().bytes();
    return type.shape().elements() * element;
  }

  /** Whether a step computes {@code value} as integers: nothing else reads its floats. */
  private boolean isOnlyQuantised(String value) {
    String last = value;
    while (live.uses(last) == 1 && live.lastUse(last) < graph.nodes().size()) {
      Node reader = graph.nodes().get(live.lastUse(last));
      if (reader.op() instanceof Op.Quantize) {
        return !graph.inputs().contains(value);
      }
      if (!(reader.op() instanceof Op.Unary)) {
        return false;
      }
      last = reader.output();
    }
    return false;
  }

  private void visit(int n) {
    Node node = graph.nodes().get(n);
    int shared = shared(node, n);
    if (shared < 0) {
      define(node.output(), n);
    } else {
      storages.put(node.output(), shared);
      last[shared] = Math.max(last[shared], live.lastUse(node.output()));
    }
    if (joined && node.op() instanceof Op.Concat) {
      int whole = storages.getOrDefault(node.output(), -1);
      for (String part : node.inputs()) {
        int storage = storages.getOrDefault(part, -1);
        if (storage >= 0 && live.lastUse(part) == n && last[storage] == n) {
          first[whole] = Math.min(first[whole], first[storage]);
          bytes[storage] = 0;
        }
      }
    }
  }

  /** The storage that a node's result takes over or looks at, or -1. */
  private int shared(Node node, int n) {
    if (isView(node)) {
      return storages.getOrDefault(node.inputs().getFirst(), -1);
    }
    if (isElementwise(node.op())) {
      for (String input : node.inputs()) {
        int storage = storages.getOrDefault(input, -1);
        if (storage >= 0
            && last[storage] == n
            && bytes[storage] == size(node.output())
            && size(input) == size(node.output())) {
          return storage;
        }
      }
    }
    return -1;
  }

  /** Whether a node's result is only another view of its operand. */
  boolean isView(Node node) {
    return node.op() instanceof Op.Slice
        || node.op() instanceof Op.Transpose
        || node.op() instanceof Op.Reshape
        || node.op() instanceof Op.Expand
        || node.op() instanceof Op.Dequantize
        || (node.op() instanceof Op.Quantize && isOnlyQuantised(node.inputs().getFirst()))
        || (node.op() instanceof Op.Upsample && isOperandOfBinary(node.output()));
  }

  /** Whether the next node, an element-wise one, is all that reads {@code value}. */
  private boolean isOperandOfBinary(String value) {
    int reader = live.lastUse(value);
    return live.uses(value) == 1
        && reader < graph.nodes().size()
        && reader > 0
        && graph.nodes().get(reader).op() instanceof Op.Binary
        && graph.nodes().get(reader - 1).output().equals(value);
  }

  /** Whether a result may lie over an operand of its size. */
  static boolean isElementwise(Op op) {
    return op instanceof Op.Unary
        || op instanceof Op.Binary
        || op instanceof Op.Softmax
        || op instanceof Op.LayerNorm;
  }

  /** Bytes alive while each node runs by itself. */
  long[] atNodes() {
    long[] alive = new long[graph.nodes().size()];
    for (int s = 0; s < count; s++) {
      for (int n = first[s]; n <= Math.min(last[s], alive.length - 1); n++) {
        alive[n] += bytes[s];
      }
    }
    return alive;
  }

  /**
   * Bytes alive all the time while nodes [from, to) run as a stage: what is needed from before, and
   * the results that are needed afterwards.
   */
  long around(int from, int to) {
    long aliveBytes = 0;
    boolean[] counted = new boolean[count];
    for (int s = 0; s < count; s++) {
      boolean before = first[s] < from || s < graph.inputs().size();
      if (before && last[s] >= from) {
        aliveBytes += bytes[s];
        counted[s] = true;
      }
    }
    for (int n = from; n < to; n++) {
      String result = graph.nodes().get(n).output();
      if (live.isUsedFrom(result, to)) {
        int s = storages.getOrDefault(result, -1);
        // Pieces of a result are not written over the operand that the whole would take over.
        aliveBytes += counted[s] ? size(result) : bytes[s];
        counted[s] = true;
      }
    }
    return aliveBytes;
  }

  /** Whether {@code value} is needed by node {@code index} or a later one, or by the caller. */
  boolean isUsedFrom(String value, int index) {
    return live.isUsedFrom(value, index);
  }
}
