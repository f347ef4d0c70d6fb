package dev.strongroom.compiler;

import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.lower.Storage.Weights;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.compiler.plan.Residency;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.Digest;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Program;
import dev.strongroom.program.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * From a {@link Graph} to a {@link Program}: rewrite, lower, share memory, choose what stays
 * resident, place, pack. The result depends on nothing but the arguments.
 */
public final class Compiler {
  /**
   * The sizes, in bytes, to which layers are cut along their output channels, the whole layer
   * first. Smaller pieces make a smaller window and a longer Program.
   */
  private static final List<Long> BLOCK_LIMITS =
      List.of(Long.MAX_VALUE, 1L << 20, 1L << 19, 1L << 18, 1L << 17, 1L << 16, 1L << 15, 1L << 14);

  /** A step more (a key schedule, a kernel's start) takes about as long as decrypting this much. */
  private static final long STEP_COST_BYTES = 4096;

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
      return compileWithinLimits(graph, options);
    } catch (ArithmeticException | IllegalArgumentException e) {
      // A size beyond what the format holds, or a constant that is not finite.
      throw new UnsupportedModelException(
          graph.name(), List.of("it exceeds what a Program can hold: " + e.getMessage()));
    }
  }

  private static Compilation compileWithinLimits(Graph graph, CompileOptions options)
      throws UnsupportedModelException, BudgetTooSmallException {
    Rewriter.Result rewritten = Rewriter.rewrite(graph);
    List<Lowered> variants = new ArrayList<>();
    for (long limit : BLOCK_LIMITS) {
      variants.addAll(Planner.variants(Lowering.lower(rewritten.graph(), limit)));
    }
    Plan least = least(variants).placedThoroughly();
    long smallest = least.layout().footprint();
    long budget = options.secureMemoryBytes();
    if (budget < smallest) {
      throw new BudgetTooSmallException(graph.name(), budget, smallest);
    }
    Plan plan = best(variants, budget).map(Plan::placedThoroughly).orElse(least);
    ByteBuffer weights = pack(plan);
    Program program = withDigest(plan.program(), weights);
    verify(program);
    return new Compilation(
        program, weights, certificate(plan, smallest, rewritten), plan.stepNames());
  }

  /** The plan that costs the least time during an inference, of all that fit as placed quickly. */
  private static Optional<Plan> best(List<Lowered> variants, long budget) {
    return variants.stream()
        .map(v -> Residency.best(v, budget))
        .flatMap(Optional::stream)
        .min(
            Comparator.comparingLong(Compiler::openingCost)
                .thenComparingLong(p -> p.layout().footprint()));
  }

  /** What streaming costs, in bytes that could be decrypted in the same time. */
  private static long openingCost(Plan plan) {
    return plan.bytesOpened() + STEP_COST_BYTES * plan.program().steps().size();
  }

  /**
   * The plan with the smallest footprint. What is best in a budget may stay below it (a resident
   * tensor needs no step that opens it), so the budget is lowered until it is used to the byte.
   */
  private static Plan least(List<Lowered> variants) {
    Plan least =
        variants.stream()
            .map(Residency::least)
            .min(Comparator.comparingLong(p -> p.layout().footprint()))
            .orElseThrow();
    while (true) {
      long footprint = least.layout().footprint();
      Optional<Plan> smaller =
          best(variants, footprint).filter(p -> p.layout().footprint() < footprint);
      if (smaller.isEmpty()) {
        return least;
      }
      least = smaller.get();
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

  private static Certificate certificate(Plan plan, long smallest, Rewriter.Result rewritten) {
    long arenaGap = Math.max(0, plan.layout().arenaBytes() - Program.align(plan.arenaLowerBound()));
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
        plan.stepMacs().stream().mapToLong(Long::longValue).sum(),
        0,
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
