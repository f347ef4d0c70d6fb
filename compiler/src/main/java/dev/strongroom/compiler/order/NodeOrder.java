package dev.strongroom.compiler.order;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.compiler.order.OrderProblem.Task;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Orders the nodes of a graph by what their steps need. A node with steps is one task, since
 * lowering puts its steps one after another. A node without (a view, or one that became part of the
 * step before it) comes right before the first that needs it.
 */
final class NodeOrder {
  private final Graph graph;
  private final OrderProblem problem;

  /** The task of each node that has steps, by the node's output. */
  private final Map<String, Integer> taskOf = new HashMap<>();

  /**
   * @param lowered drafts named by their index in {@code origins}
   * @param origins the nodes they come from; a draft beyond copies an output, at the very end
   */
  NodeOrder(Graph graph, Lowered lowered, List<Node> origins) {
    this.graph = graph;
    DraftTasks drafts = new DraftTasks(lowered);
    List<Step> steps = drafts.steps();
    Map<String, List<Step>> stepsOf = new LinkedHashMap<>();
    List<Step> atEnd = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int number = Integer.parseInt(lowered.drafts().get(i).name());
      List<Step> group =
          number < origins.size()
              ? stepsOf.computeIfAbsent(origins.get(number).output(), k -> new ArrayList<>())
              : atEnd;
      group.add(steps.get(i));
    }
    stepsOf.keySet().forEach(output -> taskOf.put(output, taskOf.size()));
    List<Set<Integer>> after = after();
    List<Task> tasks = new ArrayList<>();
    stepsOf.values().forEach(group -> tasks.add(new Task(group, after.get(tasks.size()))));
    if (!atEnd.isEmpty()) {
      Set<Integer> all = IntStream.range(0, tasks.size()).boxed().collect(Collectors.toSet());
      tasks.add(new Task(atEnd, all));
    }
    problem = new OrderProblem(drafts.buffers(), tasks);
  }

  /** For each task, those whose results its node reads, be it through nodes without steps. */
  private List<Set<Integer>> after() {
    Map<String, BitSet> behind = new HashMap<>();
    List<Set<Integer>> after = new ArrayList<>();
    for (Node node : graph.nodes()) {
      BitSet sources = new BitSet();
      node.inputs().forEach(input -> sources.or(behind.getOrDefault(input, new BitSet())));
      Integer task = taskOf.get(node.output());
      if (task == null) {
        behind.put(node.output(), sources);
      } else {
        after.add(sources.stream().boxed().collect(Collectors.toSet()));
        BitSet self = new BitSet();
        self.set(task);
        behind.put(node.output(), self);
      }
    }
    return after;
  }

  /** The nodes in an order that needs less; empty if none is known. */
  Optional<List<Node>> better() {
    List<Integer> order = OrderSearch.search(problem).order();
    return order.equals(problem.givenOrder()) ? Optional.empty() : Optional.of(nodes(order));
  }

  private List<Node> nodes(List<Integer> order) {
    int[] placeOf = new int[order.size()];
    for (int i = 0; i < placeOf.length; i++) {
      placeOf[order.get(i)] = i;
    }
    // Backwards, so that all who need a node have their place before it gets its own.
    Map<String, Integer> neededAt = new HashMap<>();
    int[] places = new int[graph.nodes().size()];
    for (int i = places.length - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      Integer task = taskOf.get(node.output());
      int place =
          task == null ? neededAt.getOrDefault(node.output(), Integer.MAX_VALUE) : placeOf[task];
      places[i] = place;
      node.inputs().forEach(input -> neededAt.merge(input, place, Math::min));
    }
    return IntStream.range(0, places.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> places[i]))
        .map(graph.nodes()::get)
        .toList();
  }
}
