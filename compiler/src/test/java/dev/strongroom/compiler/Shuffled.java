package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Graphs whose nodes stand in a random order, each still after those that it needs. */
public final class Shuffled {
  private Shuffled() {}

  public static Graph nodesOf(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> defined = new HashSet<>(graph.inputs());
    defined.addAll(graph.constants().keySet());
    List<Node> left = new ArrayList<>(graph.nodes());
    List<Node> order = new ArrayList<>();
    while (!left.isEmpty()) {
      List<Node> ready = left.stream().filter(n -> defined.containsAll(n.inputs())).toList();
      Node next = ready.get(random.nextInt(ready.size()));
      left.remove(next);
      defined.add(next.output());
      order.add(next);
    }
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), order, graph.constants(), graph.types());
  }
}
