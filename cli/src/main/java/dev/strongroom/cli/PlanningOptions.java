package dev.strongroom.cli;

import dev.strongroom.compiler.BudgetTooSmallException;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What a user may allow the compiler, for every command that compiles. */
final class PlanningOptions {
  @Option(
      names = "--max-extra-macs",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description =
          "How many multiply-accumulates there may be, relative to the model's own: with more than"
              + " 1 (the default), layers may compute some pixels twice to need less memory.")
  private double maxMacs = 1;

  /**
   * Compiles {@code graph} for a budget, with a progress bar.
   *
   * @param frontierShown whether anybody sees what computing more would save
   * @throws BudgetRefusedException if the budget is too small
   */
  Compilation compile(Graph graph, Size secureMemory, boolean frontierShown, Console console)
      throws Exception {
    if (!(maxMacs >= 1) || maxMacs > CompileOptions.MOST_MACS) {
      throw new RequestException(
          "--max-extra-macs %s is no number from 1 to %s: 1.3 allows three tenths more than the model has"
              .formatted(maxMacs, CompileOptions.MOST_MACS));
    }
    try (Progress bar = Progress.of(console, "planning", "", 1)) {
      CompileOptions options =
          CompileOptions.forBudget(secureMemory.bytes())
              .withMaxMacs(maxMacs)
              .withProgress((task, done, total) -> bar.progress(done, total));
      return Compiler.compile(graph, frontierShown ? options.withWideFrontier() : options);
    } catch (BudgetTooSmallException e) {
      throw new BudgetRefusedException(e, unusedOptions(graph));
    }
  }

  /** What could be allowed to make {@code graph}, quantised or not, need less memory. */
  private List<String> unusedOptions(Graph graph) {
    List<String> options = new ArrayList<>();
    if (maxMacs == 1) {
      options.add("--max-extra-macs 1.3");
    }
    boolean takesFloats =
        graph.inputs().stream().allMatch(i -> graph.type(i).dataType() == DataType.FLOAT32);
    if (takesFloats && !has(graph, Op.Quantize.class)) {
      options.add("--int8 with --calibrate DIR");
    } else if (!takesFloats && !has(graph, Op.Dequantize.class)) {
      options.add("--int8-weights");
    }
    return options;
  }

  private static boolean has(Graph graph, Class<? extends Op> operator) {
    return graph.nodes().stream().map(Node::op).anyMatch(operator::isInstance);
  }
}
