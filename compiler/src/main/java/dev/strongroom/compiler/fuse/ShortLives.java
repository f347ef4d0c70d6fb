package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves nodes so that large tensors live briefly: what makes a large tensor runs as late as it can,
 * what makes do with a small one instead of a large one runs as early as it can. Producers and
 * readers then come to stand side by side, where they can be one stage. The peak never rises.
 */
public final class ShortLives {
  private static final int MAX_ROUNDS = 6;

  private Graph graph;
  private Cost cost;

  private ShortLives(Graph graph) {
    this.graph = graph;
    this.cost = Cost.of(graph);
  }

  /** {@code graph}, its nodes in another order. */
  public static Graph of(Graph graph) {
    ShortLives search = new ShortLives(graph);
    for (int round = 0; round < MAX_ROUNDS && search.round(); round++) {
      continue;
    }
    return search.graph;
  }

  /**
   * @param peak most bytes alive at a node
   * @param sum of the bytes alive at all nodes
   */
  private record Cost(long peak, long sum) {
    static Cost of(Graph graph) {
      long[] alive = GraphMemory.of(graph, false).atNodes();
      return new Cost(Arrays.stream(alive).max().orElse(0), Arrays.stream(alive).sum());
    }
  }

  private boolean round() {
    long before = cost.sum();
    for (Node node : graph.nodes().reversed()) {
      int at = graph.nodes().indexOf(node);
      // Also if nothing is gained at once: what this reads may then be made later too.
      tryMove(at, latest(node), cost.sum());
    }
    for (Node node : graph.nodes()) {
      tryMove(graph.nodes().indexOf(node), earliest(node), cost.sum() - 1);
    }
    return cost.sum() < before;
  }

  private void tryMove(int from, int to, long atMost) {
    if (from == to) {
      return;
    }
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.add(to, nodes.remove(from));
    Graph moved =
        new Graph(
            graph.name(), graph.inputs(), graph.outputs(), nodes, graph.constants(), graph.types());
    Cost now = Cost.of(moved);
    if (now.sum() <= atMost && now.peak() <= cost.peak()) {
      graph = moved;
      cost = now;
    }
  }

  /** The last place, once the node is taken out, before what reads its result. */
  private int latest(Node node) {
    int at = graph.nodes().indexOf(node);
    int to = at;
    while (to + 1 < graph.nodes().size()
        && !graph.nodes().get(to + 1).inputs().contains(node.output())) {
      to++;
    }
    boolean isRead = to + 1 < graph.nodes().size();
    return isRead ? to : at;
  }

  /** The first place behind what makes the node's operands. */
  private int earliest(Node node) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      places.put(graph.nodes().get(i).output(), i);
    }
    return node.inputs().stream()
        .map(input -> Optional.ofNullable(places.get(input)))
        .flatMap(Optional::stream)
        .mapToInt(place -> place + 1)
        .max()
        .orElse(0);
  }
}
