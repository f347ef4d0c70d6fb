package dev.strongroom.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.compiler.fuse.ConstantNodes;
import dev.strongroom.compiler.fuse.RandomStages;
import dev.strongroom.compiler.fuse.Stage;
import dev.strongroom.compiler.fuse.StageRewriter;
import dev.strongroom.compiler.lower.Lowered;
import dev.strongroom.compiler.lower.Lowering;
import dev.strongroom.compiler.place.Effort;
import dev.strongroom.compiler.plan.Plan;
import dev.strongroom.compiler.plan.Planner;
import dev.strongroom.compiler.rewrite.Rewriter;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.program.InvalidProgramException;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import dev.strongroom.program.VerifiedProgram;
import dev.strongroom.program.Verifier;
import dev.strongroom.program.fixtures.BruteForce;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One number of a compiled Program changed, 130,000 times, of which more than 100,000 are numbers
 * of its steps' views: the verifier refuses it, or it is safe.
 *
 * <p>The Programs are those of random networks, with layers cut into stages and blocks, results
 * over operands, weights that stay and weights that stream; some look up rows of a table, three in
 * ten are quantised and have workspaces. Safe means, for each mutation that the verifier accepts:
 *
 * <ul>
 *   <li>followed element by element and byte by byte ({@link BruteForce}, which knows nothing of
 *       the verifier's reasoning), every step reads only bytes that this run has written for the
 *       very allocation in which the view lies, or resident weights; writes only bytes of one live
 *       allocation, each once, and none that it reads, but in place; its workspace holds nothing
 *       that another step reads and no byte of its other operands; every index that a kernel
 *       computes lies within its operand; no byte belongs to two live allocations; outputs are
 *       complete;
 *   <li>run in the engine, whose kernels check nothing, nothing changes but what {@link GuardedRun}
 *       names; and
 *   <li>its outputs do not depend on what the memory held before: runs in two kinds of rubbish give
 *       the same bits.
 * </ul>
 *
 * <p>It may compute something else than before, of the tensors that it may read. The verifier
 * promises safe memory; that the numbers are the vendor's is what the signature is for.
 */
@Execution(ExecutionMode.CONCURRENT)
class MutatedProgramsTest {
  private static final int PROGRAMS_A_BLOCK = 70;
  private static final int MUTATIONS_OF_ONE = 186;

  /** A tenth of all, since there are ten blocks. */
  private static final int VIEWS_A_BLOCK = 10_000;

  /** Bytes that the steps of a Program may touch together: its oracle takes that long. */
  private static final long MAX_TOUCHED = 60_000;

  private int ofViews;
  private int ofWorkspaces;
  private int accepted;
  private int staged;
  private int overlaid;
  private int streaming;

  /** Refused changes of allocations in which the oracle finds a fault too: it does see them. */
  private int rightlyRefused;

  @ParameterizedTest(name = "block {0}")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void aChangedNumberIsRefusedOrTheProgramIsStillSafe(int block) throws Exception {
    for (int i = 0; i < PROGRAMS_A_BLOCK; i++) {
      long seed = block * 1000L + i;
      Program program = program(seed);
      assertSafe("the Program itself, seed %d".formatted(seed), program);
      streaming += program.windowBytes() > 0 ? 1 : 0;
      overlaid += Overlays.in(program) ? 1 : 0;
      SplittableRandom random = new SplittableRandom(seed);
      for (int m = 0; m < MUTATIONS_OF_ONE; m++) {
        Mutations.Mutation mutation = Mutations.one(program, random);
        String what = "seed %d, mutation %d: %s".formatted(seed, m, mutation.what());
        ofViews += mutation.ofView() ? 1 : 0;
        ofWorkspaces += mutation.place() == Mutations.Place.WORKSPACE ? 1 : 0;
        try {
          Verifier.verify(mutation.program());
        } catch (InvalidProgramException refused) {
          assertThat(refused.getMessage()).as(what).isNotBlank().doesNotContain("\n");
          if (mutation.place() == Mutations.Place.ALLOCATION) {
            rightlyRefused += BruteForce.faults(mutation.program()).isEmpty() ? 0 : 1;
          }
          continue;
        }
        accepted++;
        assertSafe(what, mutation.program());
      }
    }
    int all = PROGRAMS_A_BLOCK * MUTATIONS_OF_ONE;
    assertThat(ofViews).as("mutations of views, of %d", all).isGreaterThan(VIEWS_A_BLOCK);
    assertThat(ofWorkspaces).as("mutations of workspaces").isGreaterThan(VIEWS_A_BLOCK / 100);
    assertThat(accepted).as("accepted, of %d", all).isBetween(all / 50, all / 2);
    assertThat(rightlyRefused).as("refused allocations with a fault").isGreaterThan(all / 50);
    assertThat(staged).as("Programs with stages").isGreaterThan(PROGRAMS_A_BLOCK / 3);
    assertThat(overlaid).as("Programs with results over operands").isGreaterThan(2);
    assertThat(streaming).as("Programs that stream").isGreaterThan(PROGRAMS_A_BLOCK / 3);
  }

  private static void assertSafe(String what, Program program) throws InvalidProgramException {
    assertThat(BruteForce.isTooLarge(program)).as("too large to follow: %s", what).isFalse();
    assertThat(BruteForce.faults(program)).as(what).isEmpty();
    byte[] encoded = ProgramCodec.encode(program);
    VerifiedProgram verified = Verifier.verify(ProgramCodec.decode(MemorySegment.ofArray(encoded)));
    assertThat(verified.program()).as(what).isEqualTo(program);
    GuardedRun run = new GuardedRun(what, verified, encoded.length);
    List<int[]> outputs = run.outputs((byte) 0xC7);
    List<int[]> others = run.outputs((byte) 0x3A);
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(others.get(i))
          .as("output %d in other rubbish, %s", i, what)
          .containsExactly(outputs.get(i));
    }
  }

  /** Small enough to be followed byte by byte, ten thousands of times. */
  private Program program(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    while (true) {
      Graph rewritten = Rewriter.rewrite(network(seed, random)).graph();
      ConstantNodes constants = ConstantNodes.of(rewritten);
      List<Stage> stages =
          isEmbedding(seed) ? List.of() : RandomStages.of(constants.graph(), random);
      Graph pieces = constants.restore(StageRewriter.rewrite(constants.graph(), stages));
      Lowered lowered = Planner.share(Lowering.lower(pieces, 1L << random.nextInt(7, 14)));
      long some = isQuantized(seed) ? 400 : 1500;
      long largestResident = List.of(0L, some, Long.MAX_VALUE).get(random.nextInt(3));
      Plan plan =
          Planner.plan(lowered, weights -> weights.bytes() <= largestResident, Effort.QUICK);
      if (touched(plan.program()) <= MAX_TOUCHED) {
        staged += stages.isEmpty() ? 0 : 1;
        return plan.program();
      }
    }
  }

  private static boolean isEmbedding(long seed) {
    return seed % 10 == 0;
  }

  private static boolean isQuantized(long seed) {
    return seed % 10 >= 1 && seed % 10 <= 3;
  }

  private static Graph network(long seed, SplittableRandom random) {
    if (isEmbedding(seed)) {
      return embedding(random.nextLong());
    }
    return isQuantized(seed)
        ? RandomQuantizedGraphs.ofSeed(random.nextLong())
        : RandomGraphs.ofSeed(random.nextLong());
  }

  private static Graph embedding(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new EmbeddingNetworks(seed)
        .network(
            random.nextInt(2, 60),
            random.nextInt(1, 9),
            random.nextInt(1, 7),
            random.nextBoolean() ? DataType.INT32 : DataType.INT64);
  }

  private static long touched(Program program) {
    return program.steps().stream()
        .flatMap(
            step ->
                Stream.of(step.reads(), step.scratch(), List.of(step.writes()))
                    .flatMap(List::stream))
        .mapToLong(view -> view.elements() * view.type().bytes())
        .sum();
  }
}
