package dev.strongroom.compiler;

import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.order.ExecutionOrder;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.Digest;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramLimitException;
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
  /** How far compiling has come, about, once the model has its candidate orders. */
  private static final int ORDERED = Progress.WHOLE / 20;

  /** Once all variants in each of these orders are planned, and the smallest is found. */
  private static final int PLANNED = Progress.WHOLE * 3 / 4;

  /** Once the plan is chosen, and everything in it has its place. */
  private static final int PLACED = Progress.WHOLE * 19 / 20;

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
      return prepare(graph, options).within(options.secureMemoryBytes());
    } catch (ProgramLimitException e) {
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
      Prepared prepared = prepare(graph, options);
      return prepared.best(prepared.smallest());
    } catch (ProgramLimitException e) {
      throw beyondLimits(graph, e);
    }
  }

  /**
   * Refuses what {@link #compile} refuses whatever the budget, without planning anything; that a
   * Program would be too long or too large shows only then.
   *
   * @throws UnsupportedModelException if nodes cannot be lowered; names all of them
   */
  public static void requireSupported(Graph graph) throws UnsupportedModelException {
    try {
      Lowering.lower(rewritten(graph).graph(), Long.MAX_VALUE);
    } catch (ProgramLimitException e) {
      throw beyondLimits(graph, e);
    }
  }

  /** {@code graph} rewritten, which planning lowers first of all. */
  private static Rewriter.Result rewritten(Graph graph) throws UnsupportedModelException {
    TensorSizes.check(graph);
    return Rewriter.rewrite(graph);
  }

  private static UnsupportedModelException beyondLimits(
      Graph graph, ProgramLimitException problem) {
    return new UnsupportedModelException(
        graph.name(), List.of("it exceeds what a Program can hold: " + problem.getMessage()));
  }

  /** What is the same for every budget: all ways to cut {@code graph}, planned. */
  static Prepared prepare(Graph graph, CompileOptions options) throws UnsupportedModelException {
    Progress progress = options.progress();
    progress.report("ordering", 0, Progress.WHOLE);
    Rewriter.Result rewritten = rewritten(graph);
    List<Graph> orders = ExecutionOrder.candidates(rewritten.graph());
    int each = (PLANNED - ORDERED) / orders.size();
    Variants best = Variants.of(orders.getFirst(), options, progress.part(ORDERED, ORDERED + each));
    for (int i = 1; i < orders.size(); i++) {
      int from = ORDERED + i * each;
      Variants other = Variants.of(orders.get(i), options, progress.part(from, from + each));
      best = other.smallest() < best.smallest() ? other : best;
    }
    return new Prepared(rewritten, best, options);
  }

  /** A model that lacks nothing but a budget. */
  record Prepared(Rewriter.Result rewritten, Variants variants, CompileOptions options) {
    /** The best plan for {@code budget} bytes, packed and verified. */
    Compilation within(long budget) throws BudgetTooSmallException, UnsupportedModelException {
      if (budget < smallest()) {
        throw new BudgetTooSmallException(rewritten.graph().name(), budget, smallest());
      }
      return best(budget);
    }

    /** Bytes of the smallest footprint. */
    long smallest() {
      return variants.smallest();
    }

    /** The best plan for a budget that is no smaller than the smallest. */
    private Compilation best(long budget) throws UnsupportedModelException {
      Plan plan = variants.best(budget, options.progress().part(PLANNED, PLACED));
      ByteBuffer weights = pack(plan);
      Program program = withDigest(plan.program(), weights);
      verify(program);
      Compilation compilation =
          new Compilation(
              program,
              weights,
              certificate(plan, smallest(), variants.search().ownMacs(), rewritten),
              plan.stepNames(),
              MemoryMap.of(program, plan.stepNames(), plan.stepMacs(), plan.allocationNames()),
              variants.frontier(plan, options.wideFrontier()));
      options.progress().report("placing", Progress.WHOLE, Progress.WHOLE);
      return compilation;
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
    long macs = plan.macs();
    long arenaGap = plan.arenaGap();
    return new Certificate(
        plan.footprint(),
        plan.layout().arenaBytes(),
        plan.layout().windowBytes(),
        plan.layout().residentBytes(),
        plan.layout().programBytes(),
        plan.layout().stagingBytes(),
        plan.lowerBound(),
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
