package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Applies all rules, one patch after another, until none proposes anything. */
public final class Rewriter {
  private static final List<Rule> RULES =
      List.of(
          new ScalarArithmetic(),
          new MergeAffine(),
          new RecogniseLayerNorm(),
          new RecogniseHardSwish(),
          new RecogniseSwish(),
          new RecogniseGelu(),
          new FoldIntoConvolution(),
          new SplitBatchNorm(),
          new HoistScale(),
          new MergeResidualGate(),
          new MeanBeforePointwise());

  private Rewriter() {}

  /** The graph after all rules, and how often each was applied. */
  public record Result(Graph graph, Map<String, Integer> applied) {}

  /** Rewrites {@code graph}. */
  public static Result rewrite(Graph graph) {
    return rewrite(graph, (label, after) -> {});
  }

  /**
   * Rewrites {@code graph}, showing each intermediate graph to {@code watcher}: tests check every
   * single rewrite against the interpreter.
   */
  public static Result rewrite(Graph graph, BiConsumer<String, Graph> watcher) {
    Map<String, Integer> applied = new LinkedHashMap<>();
    for (boolean changed = true; changed; ) {
      changed = false;
      for (Rule rule : RULES) {
        Optional<Graph> next = applyOnce(rule, graph);
        while (next.isPresent()) {
          graph = next.get();
          applied.merge(rule.label(), 1, Integer::sum);
          watcher.accept(rule.label(), graph);
          changed = true;
          next = applyOnce(rule, graph);
        }
      }
    }
    return new Result(graph, applied);
  }

  private static Optional<Graph> applyOnce(Rule rule, Graph graph) {
    Pattern pattern = new Pattern(graph);
    for (Node node : graph.nodes()) {
      Optional<Patch> patch = rule.propose(pattern, node);
      if (patch.isPresent()) {
        return Optional.of(patch.get().apply(graph));
      }
    }
    return Optional.empty();
  }
}
