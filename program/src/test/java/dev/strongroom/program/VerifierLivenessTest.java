package dev.strongroom.program;

import static dev.strongroom.program.Activation.NONE;
import static dev.strongroom.program.Draft.HALF;
import static dev.strongroom.program.Draft.in;
import static dev.strongroom.program.Draft.out;
import static dev.strongroom.program.Draft.weights;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** One test for each way in which tensors can come into one another's way. */
class VerifierLivenessTest {
  private static Step unary(View in, View out) {
    return new Step.Unary(in, out, NONE);
  }

  private static Allocation arena(long offset, long bytes, int first, int last) {
    return new Allocation(Space.ARENA, offset, bytes, first, last);
  }

  private static View at(long offset, int... shape) {
    return View.dense(Space.ARENA, ElementType.F32, offset, shape);
  }

  @Test
  void allocationsOutsideTheirSpaceOrTimeAreRefused() {
    Object[][] wrong = {
      {new Allocation(Space.RESIDENT, 0, 64, 0, 0), "nothing is allocated in RESIDENT"},
      {arena(-64, 64, 0, 0), "must lie in the 32768 bytes of its space"},
      {arena(0, 0, 0, 0), "must lie in the 32768 bytes of its space"},
      {arena(64, 32768, 0, 0), "must lie in the 32768 bytes of its space"},
      {arena(1L << 40, 64, 0, 0), "must lie in the 32768 bytes of its space"},
      {arena(64, Long.MAX_VALUE, 0, 0), "must lie in the 32768 bytes of its space"},
      {arena(32, 64, 0, 0), "must start at a multiple of 64 bytes"},
      {arena(0, 64, -1, 0), "must live within the 1 steps"},
      {arena(0, 64, 1, 0), "must live within the 1 steps"},
      {arena(0, 64, 0, 1), "must live within the 1 steps"},
    };
    for (Object[] row : wrong) {
      Draft draft = Draft.valid();
      draft.allocations.add((Allocation) row[0]);
      draft.assertRefused("allocation 2: ");
      draft.assertRefused((String) row[1]);
    }
  }

  @Test
  void allocationsThatShareBytesWhileBothLiveAreRefused() {
    Draft draft = Draft.valid();
    draft.allocations.add(arena(HALF - 64, 128, 0, 0));
    draft.assertRefused("allocation 2: Allocation[space=ARENA, offset=16320, bytes=128");
    draft.assertRefused("which is live at step 0 too");
    Draft inside = Draft.valid();
    inside.allocations.add(arena(64, 64, 0, 0));
    inside.assertRefused("shares bytes with");
    Draft equal = Draft.valid();
    equal.allocations.add(arena(0, HALF, 0, 0));
    equal.assertRefused("shares bytes with");
  }

  @Test
  void bytesMayBeUsedAgainBehindAnAllocationsLastStep() throws InvalidProgramException {
    Draft draft = Draft.of(unary(in(16), out(16)), unary(out(16), in(16)), unary(in(16), out(16)));
    draft.allocations.set(0, arena(0, HALF, 0, 0));
    draft.allocations.add(arena(0, HALF, 1, 2));
    draft.assertAccepted();
    draft.allocations.set(2, arena(0, HALF, 0, 2));
    draft.assertRefused("which is live at step 0 too");
  }

  @Test
  void aViewOutsideEveryLiveAllocationIsRefused() {
    Draft gone = Draft.of(unary(in(1), out(1)), unary(in(1), out(1)));
    gone.allocations.set(0, arena(0, HALF, 0, 0));
    gone.assertRefused(
        "step 1 (Unary): input 0 ARENA[F32 @0 [1]] lies in no allocation that is live here");
    Draft early = Draft.of(unary(in(1), out(1)), unary(in(1), out(1)));
    early.allocations.set(1, arena(HALF, HALF, 1, 1));
    early.assertRefused("step 0 (Unary): output ARENA[F32 @16384 [1]] lies in no allocation");
    Draft two = Draft.of(unary(in(4096), out(4096)));
    two.allocations.set(0, arena(0, 8192, 0, 0));
    two.allocations.add(arena(8192, 8192, 0, 0));
    two.assertRefused("input 0 (x): view ARENA[F32 @0 [4096]] lies in no allocation");
  }

  @Test
  void inputsThatOverlapAreRefused() {
    Draft draft = Draft.valid();
    draft.inputs.add(new Port("z", at(16_380, 1)));
    draft.assertRefused("input 1 (z): view ARENA[F32 @16380 [1]] overlaps an earlier input");
  }

  @Test
  void anInputMustBeLiveAtTheFirstStep() {
    Draft draft = Draft.of(unary(weights(1), out(1)), unary(in(1), out(1)));
    draft.allocations.set(0, arena(0, HALF, 1, 1));
    draft.assertRefused("input 0 (x): view ARENA[F32 @0 [4096]] lies in no allocation");
  }

  @Test
  void readingWhatNothingHasWrittenIsRefused() {
    Draft draft = Draft.of(unary(out(1), in(1)));
    draft.assertRefused(
        "step 0 (Unary): input 0 ARENA[F32 @16384 [1]] needs byte 16384, which nothing has written"
            + " since its allocation began");
  }

  @Test
  void readingMoreThanWasWrittenIsRefused() throws InvalidProgramException {
    Draft draft = Draft.of(unary(in(4, 4), out(4, 4)), unary(out(16), in(16)));
    draft.assertAccepted();
    draft.steps.set(1, unary(out(17), in(17)));
    draft.assertRefused("step 1 (Unary): input 0 ARENA[F32 @16384 [17]] needs byte 16448");
  }

  @Test
  void gapsBetweenStridedWritesAreNotWritten() throws InvalidProgramException {
    View left = View.of(Space.ARENA, ElementType.F32, HALF, new int[] {4, 3}, new int[] {8, 1});
    View right = left.shift(12);
    View all = out(4, 8);
    View firstSix = View.of(Space.ARENA, ElementType.F32, HALF, new int[] {4, 6}, new int[] {8, 1});
    Draft draft =
        Draft.of(unary(in(4, 3), left), unary(in(4, 3), right), unary(firstSix, in(4, 6)));
    draft.assertAccepted();
    draft.steps.set(2, unary(all, in(4, 8)));
    draft.assertRefused("step 2 (Unary): input 0 ARENA[F32 @16384 [4, 8]] needs byte 16408");
  }

  @Test
  void whatAnEarlierAllocationHeldCountsAsUnwritten() {
    Draft draft = Draft.of(unary(in(1), out(1)), unary(in(1), out(1)));
    draft.allocations.set(0, arena(0, HALF, 0, 0));
    draft.allocations.add(arena(0, HALF, 1, 1));
    draft.assertRefused("step 1 (Unary): input 0 ARENA[F32 @0 [1]] needs byte 0");
  }

  @Test
  void aWindowThatWasNotOpenedIsUnwritten() {
    Step use = unary(View.dense(Space.WINDOW, ElementType.F32, 0, 16), out(16));
    Step open = new Step.Open(1, 1, View.dense(Space.WINDOW, ElementType.U8, 0, 64));
    Draft.of(use, open)
        .window(64, 64)
        .assertRefused("step 0 (Unary): input 0 WINDOW[F32 @0 [16]] needs byte 0");
  }

  @Test
  void aFloatOfWhichOneByteWasNotWrittenIsRefused() throws InvalidProgramException {
    View from = View.dense(Space.ARENA, ElementType.U8, 0, 8);
    View to = View.dense(Space.ARENA, ElementType.U8, HALF, 8);
    Draft.of(new Step.Copy(from, to), unary(out(2), in(2))).assertAccepted();
    View seven = View.dense(Space.ARENA, ElementType.U8, HALF, 7);
    View sevenFrom = View.dense(Space.ARENA, ElementType.U8, 0, 7);
    Draft.of(new Step.Copy(sevenFrom, seven), unary(out(2), in(2)))
        .assertRefused("step 1 (Unary): input 0 ARENA[F32 @16384 [2]] needs byte 16391");
  }

  @Test
  void wordsAreFollowedByteByByteUnlessThatTakesTooMuchMemory() throws InvalidProgramException {
    View seven = View.dense(Space.ARENA, ElementType.U8, 0, 7);
    View one = View.dense(Space.ARENA, ElementType.U8, 7, 1);
    Draft draft =
        Draft.of(
            new Step.Copy(seven, seven.shift(HALF)),
            new Step.Copy(one, one.shift(HALF)),
            new Step.Open(1, 1, View.dense(Space.WINDOW, ElementType.U8, 0, 64)),
            unary(out(2), in(2)));
    draft.window((1 << 28) - 2 * HALF, 64);
    draft.assertAccepted();
    draft.windowBytes += 64;
    draft.assertRefused("step 3 (Unary): input 0 ARENA[F32 @16384 [2]] needs byte 16388");
    draft.windowBytes = 64;
    draft.allocations.set(2, new Allocation(Space.WINDOW, 0, 64, 0, 3));
    draft.arenaBytes = (1 << 28) - 64;
    draft.assertAccepted();
    draft.arenaBytes += 64;
    draft.assertRefused("step 3 (Unary): input 0 ARENA[F32 @16384 [2]] needs byte 16388");
  }

  @Test
  void elementwiseStepsMayWriteOverAnEqualView() throws InvalidProgramException {
    Step.Binary add = new Step.Binary(Step.Binary.Kind.ADD, in(4, 4), in(4, 4), in(4, 4), NONE);
    Step last = unary(in(1), out(1));
    Draft.of(unary(in(4, 4), in(4, 4)), last).assertAccepted();
    Draft.of(add, last).assertAccepted();
    Draft.of(new Step.Softmax(in(4, 4), in(4, 4)), last).assertAccepted();
    Draft.of(new Step.LayerNorm(in(4, 4), weights(2, 4), in(4, 4), 0), last).assertAccepted();
  }

  @Test
  void otherStepsMayNot() {
    View image = in(1, 4, 4, 1);
    String message = "output ARENA[F32 @0 [1, 4, 4, 1]] overlaps input 0";
    Window2d one = Window2d.POINTWISE;
    Step last = unary(in(1), out(1));
    Draft.of(new Step.Copy(image, image), last).assertRefused(message);
    Draft.of(new Step.Pool2d(Step.Pool2d.Kind.MAX, image, image, one), last).assertRefused(message);
    Draft.of(new Step.Conv2d(image, weights(1, 2, 16), image, one, NONE), last)
        .assertRefused(message);
    Draft.of(new Step.DepthwiseConv2d(image, weights(1, 2, 16), image, one, NONE), last)
        .assertRefused(message);
    Draft.of(new Step.Reduce(Step.Reduce.Kind.SUM, image, image, NONE), last)
        .assertRefused(message);
    View square = in(1, 1, 4, 4);
    Draft.of(new Step.MatMul(square, weights(1, 1, 4, 4), square, NONE), last)
        .assertRefused("output ARENA[F32 @0 [1, 1, 4, 4]] overlaps input 0");
    Draft.of(new Step.MatMul(weights(1, 1, 4, 4), square, square, NONE), last)
        .assertRefused("output ARENA[F32 @0 [1, 1, 4, 4]] overlaps input 1");
    View parameters = in(2, 4);
    Draft.of(new Step.LayerNorm(parameters, parameters, parameters, 0), last)
        .assertRefused("overlaps input 1");
  }

  @Test
  void overlapThatIsNotEqualIsRefused() {
    Step last = unary(in(1), out(1));
    Draft.of(unary(at(4, 16), at(0, 16)), last)
        .assertRefused("output ARENA[F32 @0 [16]] overlaps input 0 ARENA[F32 @4 [16]]");
    Draft.of(unary(in(4, 4).permute(1, 0), in(4, 4)), last).assertRefused("overlaps input 0");
    View row = View.of(Space.ARENA, ElementType.F32, 0, new int[] {4, 4}, new int[] {0, 1});
    Draft.of(new Step.Binary(Step.Binary.Kind.ADD, in(4, 4), row, in(4, 4), NONE), last)
        .assertRefused("overlaps input 1");
  }

  @Test
  void slicesSideBySideInOneTensorDoNotOverlap() throws InvalidProgramException {
    View left = View.of(Space.ARENA, ElementType.F32, 0, new int[] {4, 4}, new int[] {8, 1});
    Draft.of(unary(left, left.shift(16)), unary(in(1), out(1))).assertAccepted();
    Draft.of(unary(left, left.shift(12)), unary(in(1), out(1))).assertRefused("overlaps input 0");
  }

  @Test
  void outputsMustBeCompleteAndStillThere() {
    Draft part = Draft.valid();
    part.outputs.set(0, new Port("y", out(2)));
    part.assertRefused("output 0 (y): view ARENA[F32 @16384 [2]] needs byte 16388");
    Draft gone = Draft.of(unary(in(1), out(1)), unary(in(1), at(64, 1)));
    gone.allocations.set(1, arena(HALF, HALF, 0, 0));
    gone.assertRefused("output 0 (y): after the last step, view ARENA[F32 @16384 [1]] lies in no");
  }

  @Test
  void scatteredViewsThatWouldTakeTooLongAreRefused() {
    Program program =
        Draft.of(
                unary(
                    View.of(Space.ARENA, ElementType.F32, 0, new int[] {1024}, new int[] {2}),
                    View.of(Space.ARENA, ElementType.F32, HALF, new int[] {1024}, new int[] {2})))
            .program();
    assertThatThrownBy(() -> LivenessRules.check(program, new WorkBudget(2000)))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("more than 2000 units of work");
  }
}
