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
   * {@code graph} with its nodes in orders that should need less, one for each of {@link
   * Planner#copyVariants} where one is known; last {@code graph} itself, in case none of them does
   * once everything has its place.
   */
  public static List<Graph> candidates(Graph graph) throws UnsupportedModelException {
    if (graph.nodes().size() >= OrderProblem.MAX_TASKS) {
      return List.of(graph);
    }
    Lowering.Traced traced = Lowering.trace(graph);
    Set<List<Node>> orders = new LinkedHashSet<>();
    for (Lowered variant : Planner.copyVariants(numbered(traced.lowered()))) {
      new NodeOrder(graph, variant, traced.origins()).better().ifPresent(orders::add);
    }
    List<Graph> candidates = new ArrayList<>();
    orders.forEach(order -> candidates.add(with(order, graph)));
    candidates.add(graph);
    return candidates;
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
