package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.InvalidProgramException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * What is to hold of every compiled network, whatever the budget and whether or not something may
 * be computed twice: its answers are those of the interpreter, which plans nothing; the engine
 * reaches the very last byte of the footprint that the certificate states, and none behind it; it
 * opens as many bytes of weights as the certificate says; and one byte less than the smallest
 * budget is refused.
 */
final class NetworkProof {
  private static final double[] MAX_MACS = {1, 1.5};
  private static final Pattern PIECE = Pattern.compile("@\\d");

  private final Graph graph;
  private final long seed;
  private final Map<String, Tensor> inputs;
  private final Map<String, Tensor> expected;

  private NetworkProof(Graph graph, long seed) {
    this.graph = graph;
    this.seed = seed;
    this.inputs = CompiledModels.inputs(graph, seed);
    this.expected = Interpreter.run(graph, inputs);
  }

  /**
   * What the plan for the smallest budget makes use of.
   *
   * @param stages layers that run together, piece by piece, while nothing is computed twice
   * @param strips layers of which some columns are computed twice, where that is allowed
   * @param overlays results that grow over operands while these are still read
   * @param streams weights that are opened in every run
   */
  record Uses(boolean stages, boolean strips, boolean overlays, boolean streams) {}

  /** Shows all that for {@code graph}. */
  static Uses of(Graph graph, long seed) throws Exception {
    return new NetworkProof(graph, seed).show();
  }

  /** Whether some layer runs piece by piece. */
  static boolean hasPieces(Compilation compilation) {
    return compilation.stepNames().stream().anyMatch(name -> PIECE.matcher(name).find());
  }

  private Uses show() throws Exception {
    List<Compilation> tight = new ArrayList<>();
    for (double maxMacs : MAX_MACS) {
      tight.add(
          show(Compiler.prepare(graph, CompileOptions.unlimited().withMaxMacs(maxMacs)), maxMacs));
    }
    assertThat(tight.get(1).certificate().footprint())
        .as("smallest budget if things may be computed twice, against if not, seed %d", seed)
        .isLessThanOrEqualTo(tight.get(0).certificate().footprint());
    return new Uses(
        hasPieces(tight.get(0)),
        tight.get(1).certificate().extraMacs() > 0,
        Overlays.in(tight.get(0).program()),
        tight.get(0).certificate().bytesOpened() > 0);
  }

  /** With all the memory it likes, in the smallest budget, and in one between. */
  private Compilation show(Compiler.Prepared prepared, double maxMacs) throws Exception {
    Compilation roomy = prepared.within(Long.MAX_VALUE);
    long smallest = roomy.certificate().smallestBudget();
    long largest = Math.max(smallest, roomy.certificate().footprint());
    long between = new SplittableRandom(seed).nextLong(smallest, largest + 1);
    Compilation tight = prepared.within(smallest);
    assertThat(tight.certificate().footprint())
        .as("footprint in the smallest budget, seed %d", seed)
        .isEqualTo(smallest);
    assertThatThrownBy(() -> prepared.within(smallest - 1))
        .as("one byte less than %d bytes, seed %d", smallest, seed)
        .isInstanceOfSatisfying(
            BudgetTooSmallException.class, e -> assertThat(e.smallestBudget()).isEqualTo(smallest));
    Compilation middle = prepared.within(between);
    assertThat(middle.certificate().footprint())
        .as("footprint in %d bytes, seed %d", between, seed)
        .isBetween(smallest, between);
    for (Compilation compilation : List.of(roomy, tight, middle)) {
      assertThat(compilation.certificate().smallestBudget())
          .as("smallest budget, seed %d", seed)
          .isEqualTo(smallest);
      long extra = compilation.certificate().extraMacs();
      // Below zero where pieces leave out rows that nothing reads.
      assertThat((double) extra)
          .as("multiply-accumulates more than the model's own, seed %d", seed)
          .isLessThanOrEqualTo((maxMacs - 1) * (compilation.certificate().macs() - extra));
      run(compilation, maxMacs);
    }
    return tight;
  }

  private void run(Compilation compilation, double maxMacs) throws InvalidProgramException {
    Certificate certificate = compilation.certificate();
    String what =
        "seed %d in %,d bytes at %s times the work"
            .formatted(seed, certificate.footprint(), maxMacs);
    CompiledModels.Run run = CompiledModels.run(compilation, inputs);
    assertThat(run.highWater()).as("high-water mark, %s", what).isEqualTo(certificate.footprint());
    assertThat(run.bytesOpened()).as("bytes opened, %s", what).isEqualTo(certificate.bytesOpened());
    for (String output : graph.outputs()) {
      CompiledModels.assertClose(
          "%s of %s".formatted(output, what),
          run.outputs().get(output),
          expected.get(output).floats());
    }
  }
}
