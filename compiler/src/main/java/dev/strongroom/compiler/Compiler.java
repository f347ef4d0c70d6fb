package dev.strongroom.compiler;

import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.order.ExecutionOrder;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.Digest;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Program;
import dev.strongroom.program.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;

/**
 * From a {@link Graph} to a {@link Program}: rewrite, order, lower, share memory, choose what stays
 * resident, place, pack. The result depends on nothing but the arguments.
 */
public final class Compiler {
  private Compiler() {}

  /**
   * Compiles {@code graph} for a budget of secure memory.
   *
   * @throws UnsupportedModelException if nodes cannot be lowered; names all of them
   * @throws BudgetTooSmallException if the budget does not suffice; says the smallest that does
   */
  public static Compilation compile(Graph graph, CompileOptions options)
      throws UnsupportedModelException, BudgetTooSmallException {
    try {
      return prepare(graph, options.maxMacs(), options.progress())
          .within(options.secureMemoryBytes());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw beyondLimits(graph, e);
    }
  }

  /**
   * Compiles {@code graph} for the smallest budget with which it compiles.
   *
   * @param options whose budget does not matter
   * @throws UnsupportedModelException if nodes cannot be lowered; names all of them
   */
  public static Compilation compileSmallest(Graph graph, CompileOptions options)
      throws UnsupportedModelException {
    try {
      Prepared prepared = prepare(graph, options.maxMacs(), options.progress());
      return prepared.best(prepared.smallest());
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw beyondLimits(graph, e);
    }
  }

  /** A size beyond what the format holds, or a constant that is not finite. */
  private static UnsupportedModelException beyondLimits(Graph graph, RuntimeException problem) {
    return new UnsupportedModelException(
        graph.name(), List.of("it exceeds what a Program can hold: " + problem.getMessage()));
  }

  /**
   * What is the same for every budget: all ways to cut {@code graph}, planned.
   *
   * @param maxMacs the most multiply-accumulates allowed, relative to the model's own
   */
  static Prepared prepare(Graph graph, double maxMacs, Progress progress)
      throws UnsupportedModelException {
    Rewriter.Result rewritten = Rewriter.rewrite(graph);
    Graph ordered =
        ExecutionOrder.of(
            rewritten.graph(),
            g -> Variants.of(g, maxMacs, Progress.NONE).least().layout().footprint());
    Variants variants = Variants.of(ordered, maxMacs, progress);
    return new Prepared(rewritten, variants, variants.least());
  }

  /** A model that lacks nothing but a budget. */
  record Prepared(Rewriter.Result rewritten, Variants variants, Plan least) {
    /** The best plan for {@code budget} bytes, packed and verified. */
    Compilation within(long budget) throws BudgetTooSmallException {
      if (budget < smallest()) {
        throw new BudgetTooSmallException(rewritten.graph().name(), budget, smallest());
      }
      return best(budget);
    }

    /** Bytes of the smallest footprint. */
    long smallest() {
      return least.layout().footprint();
    }

    /**
     * {@code plan} placed as well as it can be, unless it then took less than the smallest plan:
     * not every plan is searched so, and what is called smallest must stay it.
     */
    private Plan placedWell(Plan plan) {
      Plan placed = plan.placedThoroughly();
      return placed.layout().footprint() < smallest() ? plan : placed;
    }

    /** The best plan for a budget that is no smaller than the smallest. */
    private Compilation best(long budget) {
      Plan plan = variants.best(budget).map(this::placedWell).orElse(least);
      ByteBuffer weights = pack(plan);
      Program program = withDigest(plan.program(), weights);
      verify(program);
      return new Compilation(
          program,
          weights,
          certificate(plan, smallest(), variants.ownMacs(), rewritten),
          plan.stepNames(),
          MemoryMap.of(program, plan.stepNames(), plan.stepMacs(), plan.allocationNames()),
          variants.frontier(plan));
    }
  }

  private static ByteBuffer pack(Plan plan) {
    ByteBuffer packed =
        ByteBuffer.allocate(Math.toIntExact(plan.program().weightsBytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Weights w : plan.weights()) {
      int size = Math.toIntExact(w.bytes());
      w.pack(packed.slice(packed.position(), size).order(ByteOrder.LITTLE_ENDIAN));
      packed.position(packed.position() + size);
    }
    return packed.flip();
  }

  private static Program withDigest(Program program, ByteBuffer weights) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(weights.duplicate());
    return new Program(
        program.inputs(),
        program.outputs(),
        program.arenaBytes(),
        program.windowBytes(),
        program.stagingBytes(),
        program.chunks(),
        program.residentChunks(),
        Digest.of(sha256.digest()),
        program.allocations(),
        program.steps());
  }

  /** What the trusted side will prove must hold already: if not, the defect is here. */
  private static void verify(Program program) {
    try {
      Verifier.verify(program);
    } catch (InvalidProgramException e) {
      throw new IllegalStateException("the compiler made an invalid Program: " + e.getMessage(), e);
    }
  }

  private static Certificate certificate(
      Plan plan, long smallest, long ownMacs, Rewriter.Result rewritten) {
    long macs = plan.stepMacs().stream().mapToLong(Long::longValue).sum();
    long arenaGap = plan.arenaGap();
    return new Certificate(
        plan.layout().footprint(),
        plan.layout().arenaBytes(),
        plan.layout().windowBytes(),
        plan.layout().residentBytes(),
        plan.layout().programBytes(),
        plan.layout().stagingBytes(),
        plan.layout().footprint() - arenaGap,
        arenaGap,
        plan.stepNames().get(plan.bindingStep()),
        macs,
        macs - ownMacs,
        plan.program().steps().size(),
        plan.program().chunks().size(),
        plan.bytesOpened(),
        1,
        smallest,
        rewritten.applied().entrySet().stream()
            .map(e -> e.getKey() + " ×" + e.getValue())
            .toList());
  }
}
