package dev.strongroom.compiler.order;

import dev.strongroom.compiler.UnsupportedModelException;
import dev.strongroom.compiler.lower.Draft;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts the steps of a model in the order whose peak of live activations is least, as far as {@link
 * OrderSearch} finds it. What is computed stays the same to the bit.
 */
public final class ExecutionOrder {
  private ExecutionOrder() {}

  /** What an order of nodes is judged by. */
  @FunctionalInterface
  public interface Footprint {
    /** The fewest bytes of secure memory in which {@code graph} runs in the order of its nodes. */
    long of(Graph graph) throws UnsupportedModelException;
  }

  /**
   * {@code lowered} with its drafts in a better order; itself if none is known.
   *
   * @param lowered before drafts have been let overwrite operands
   */
  public static Lowered of(Lowered lowered) {
    if (lowered.drafts().size() > OrderProblem.MAX_TASKS) {
      return lowered;
    }
    DraftTasks tasks = new DraftTasks(lowered);
    OrderSearch.Result result =
        OrderSearch.search(OrderProblem.ofSteps(tasks.buffers(), tasks.steps()));
    return new Lowered(
        lowered.inputs(),
        lowered.outputs(),
        result.order().stream().map(lowered.drafts()::get).toList());
  }

  /**
   * {@code graph} with its nodes in a better order; itself if none is known. Orders are sought for
   * each of {@link Planner#copyVariants}, and {@code footprint} decides among them: none is taken
   * that needs more than the given one.
   */
  public static Graph of(Graph graph, Footprint footprint) throws UnsupportedModelException {
    if (graph.nodes().size() >= OrderProblem.MAX_TASKS) {
      return graph;
    }
    Lowering.Traced traced = Lowering.trace(graph);
    Set<List<Node>> orders = new LinkedHashSet<>();
    for (Lowered variant : Planner.copyVariants(numbered(traced.lowered()))) {
      new NodeOrder(graph, variant, traced.origins()).better().ifPresent(orders::add);
    }
    if (orders.isEmpty()) {
      return graph;
    }
    Graph best = graph;
    long least = Long.MAX_VALUE;
    for (List<Node> order : orders) {
      Graph candidate = with(order, graph);
      long bytes = footprint.of(candidate);
      if (bytes < least) {
        best = candidate;
        least = bytes;
      }
    }
    return least <= footprint.of(graph) ? best : graph;
  }

  /** {@code lowered}, each draft named by its number, so that it is known again in a variant. */
  private static Lowered numbered(Lowered lowered) {
    List<Draft> drafts = new ArrayList<>();
    for (Draft d : lowered.drafts()) {
      String number = Integer.toString(drafts.size());
      drafts.add(new Draft(number, d.reads(), d.write(), d.macs(), d.aliasing(), d.emitter()));
    }
    return new Lowered(lowered.inputs(), lowered.outputs(), drafts);
  }

  private static Graph with(List<Node> order, Graph graph) {
    return new Graph(
        graph.name(), graph.inputs(), graph.outputs(), order, graph.constants(), graph.types());
  }
}
