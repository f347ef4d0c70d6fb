package dev.strongroom.program;

import static dev.strongroom.program.Draft.HALF;
import static dev.strongroom.program.Draft.in;
import static dev.strongroom.program.Draft.out;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** One test for each way in which sizes, chunks and ports can be wrong. */
class VerifierHeaderTest {
  private final Draft draft = Draft.valid();

  @Test
  void theDraftAsItBeginsIsAccepted() throws InvalidProgramException {
    draft.assertAccepted();
  }

  @Test
  void spacesOf2GiBOrLessThanNothingAreRefused() {
    draft.arenaBytes = 1L << 31;
    draft.assertRefused("the Program: ARENA has 2147483648 bytes, not below 2 GiB");
    draft.arenaBytes = -1;
    draft.assertRefused("ARENA has -1 bytes");
    draft.arenaBytes = 2 * HALF;
    draft.windowBytes = Long.MAX_VALUE;
    draft.assertRefused("WINDOW has 9223372036854775807 bytes");
  }

  @Test
  void partsThatTogetherReach2GiBAreRefused() {
    draft.arenaBytes = Integer.MAX_VALUE - 100_000;
    draft.windowBytes = 200_000;
    draft.assertRefused("the secure footprint without the Program has 2147");
  }

  @Test
  void stagingThatHoldsNoMoreThanATagIsRefused() {
    draft.chunks.clear();
    draft.residentChunks = 0;
    draft.stagingBytes = Program.TAG_BYTES;
    draft.assertRefused("staging has 16 bytes, but a tag alone takes 16");
  }

  @Test
  void chunksThatAreEmptyUnalignedOrTooLongForStagingAreRefused() {
    draft.chunks.set(0, 0);
    draft.assertRefused("chunk 0 has 0 bytes, but must have a positive multiple of 64, at most");
    draft.chunks.set(0, -64);
    draft.assertRefused("chunk 0 has -64 bytes");
    draft.chunks.set(0, 100);
    draft.assertRefused("chunk 0 has 100 bytes");
    draft.chunks.set(0, HALF);
    draft.stagingBytes = HALF + Program.TAG_BYTES - 1;
    draft.assertRefused(
        "chunk 0 has 16384 bytes, but must have a positive multiple of 64, at most 16383");
  }

  @Test
  void aChunkThatTheTableCannotNameIsRefused() {
    draft.stagingBytes = 1 << 23;
    draft.chunks.set(0, 1 << 22);
    draft.assertRefused(
        "chunk 0 has 4194304 bytes, but must have a positive multiple of 64, at most 4194240");
  }

  @Test
  void weightsOf2GiBAreRefused() {
    draft.stagingBytes = 1 << 23;
    for (int i = 0; i < 513; i++) {
      draft.chunks.add(ChunkDescriptor.MAX_CHUNK_BYTES);
    }
    draft.assertRefused("weights of 2151661504 bytes are not below 2 GiB");
  }

  @Test
  void moreResidentChunksThanChunksAreRefused() {
    draft.residentChunks = 2;
    draft.assertRefused("2 resident chunks, but 1 chunks in all");
    draft.residentChunks = -1;
    draft.assertRefused("-1 resident chunks");
  }

  @Test
  void aProgramWithoutStepsInputsOrOutputsIsRefused() {
    draft.steps.clear();
    draft.assertRefused("the Program: it has no steps");
    Draft noInput = Draft.valid();
    noInput.inputs.clear();
    noInput.assertRefused("the Program: it has no input");
    Draft noOutput = Draft.valid();
    noOutput.outputs.clear();
    noOutput.assertRefused("the Program: it has no output");
  }

  @Test
  void morePortsThanAByteCountsAreRefused() {
    for (int i = 0; i < 255; i++) {
      draft.outputs.add(new Port("y" + i, out(1)));
    }
    draft.assertRefused("256 outputs, but at most 255 can be");
  }

  @Test
  void namesThatAreEmptyTooLongOrTakenAreRefused() {
    draft.inputs.set(0, new Port("", in(1)));
    draft.assertRefused("input 0 (): a name has 1 to 255 bytes, this one 0");
    draft.inputs.set(0, new Port("é".repeat(128), in(1)));
    draft.assertRefused("a name has 1 to 255 bytes, this one 256");
    draft.inputs.set(0, new Port("x", in(1)));
    draft.inputs.add(new Port("x", in(1).shift(4)));
    draft.assertRefused("input 1 (x): an earlier input has the same name");
  }

  @Test
  void anOutputMayHaveTheNameOfAnInput() throws InvalidProgramException {
    draft.outputs.set(0, new Port("x", out(1)));
    draft.assertAccepted();
  }

  @Test
  void portsThatAreNotDenseNumbersInTheArenaAreRefused() {
    draft.outputs.set(0, new Port("y", Draft.weights(1)));
    draft.assertRefused("output 0 (y): view RESIDENT[F32 @0 [1]] must lie in ARENA");
    draft.outputs.set(0, new Port("y", View.dense(Space.ARENA, ElementType.I8, HALF, 1)));
    draft.assertRefused("view ARENA[I8 @16384 [1]] must be F32, I32 or I64");
    draft.outputs.set(0, new Port("y", out(2, 3).permute(1, 0)));
    draft.assertRefused("view ARENA[F32 @16384 [3, 2] strides [1, 3]] must be dense");
    draft.outputs.set(0, new Port("y", out(4097)));
    draft.assertRefused("view ARENA[F32 @16384 [4097]] ends at byte 32772, but ARENA has 32768");
  }

  @Test
  void anInputInPiecesThatReaches2GiBIsRefusedHoweverFarItReaches() {
    int most = Integer.MAX_VALUE;
    for (int rank = 1; rank <= View.MAX_RANK; rank++) {
      int[] all = new int[rank];
      Arrays.fill(all, most);
      draft.inputs.set(0, new Port("x", View.of(Space.INPUT, ElementType.F32, 0, all, all)));
      draft.assertRefused("input 0 (x): view INPUT[F32 @0 [2147483647");
      draft.assertRefused("reaches 2^31 elements or bytes");
    }
    draft.inputs.set(0, new Port("x", View.dense(Space.INPUT, ElementType.F32, 0, 1 << 29)));
    draft.assertRefused(
        "view INPUT[F32 @0 [536870912]] ends at byte 2147483648, but INPUT has 2147483647");
  }

  @Test
  void portsMayHoldIntegers() throws InvalidProgramException {
    draft.inputs.set(0, new Port("x", View.dense(Space.ARENA, ElementType.I64, 0, 2048)));
    draft.outputs.set(0, new Port("y", View.dense(Space.ARENA, ElementType.I32, HALF, 1)));
    draft.assertAccepted();
  }
}
