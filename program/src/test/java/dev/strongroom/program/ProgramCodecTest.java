package dev.strongroom.program;

import static dev.strongroom.program.Draft.in;
import static dev.strongroom.program.Draft.out;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.Activation.Function;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test for each way in which bytes can fail to be a Program, or a Program to become bytes. */
class ProgramCodecTest {
  // Where things are in the encoding of Draft.valid() with a scaled activation.
  private static final int CHUNKS = ProgramHeaderDescriptor.LENGTH;
  private static final int ALLOCATIONS = CHUNKS + ChunkDescriptor.LENGTH;
  private static final int INPUT = ALLOCATIONS + 2 * AllocationDescriptor.LENGTH;
  private static final int PORT_LENGTH = 2 + ViewDescriptor.length(1, true);
  private static final int STEP = INPUT + 2 * PORT_LENGTH;
  private static final int IN_VIEW = STEP + StepDescriptor.PAYLOAD_OFFSET;
  private static final int ACTIVATION = IN_VIEW + 2 * ViewDescriptor.length(1, true);

  private static byte[] encoded() {
    return ProgramCodec.encode(
        Draft.of(new Step.Unary(in(1), out(1), new Activation(Function.SWISH, 0.5f, 0, 2.0f, 3.0f)))
            .program());
  }

  private static Program decode(byte[] bytes) throws InvalidProgramException {
    return ProgramCodec.decode(MemorySegment.ofArray(bytes));
  }

  private static void refused(byte[] bytes, String message) {
    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining(message);
  }

  private static byte[] withU8(int at, int value) {
    byte[] bytes = encoded();
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] withU32(int at, int value) {
    byte[] bytes = encoded();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return bytes;
  }

  /** The encoding with {@code inserted} put before byte {@code at}, and its length corrected. */
  private static byte[] withInserted(int at, byte... inserted) {
    byte[] bytes = encoded();
    ByteBuffer longer =
        ByteBuffer.allocate(bytes.length + inserted.length).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes, 0, at).put(inserted).put(bytes, at, bytes.length - at);
    longer.putInt(ProgramHeaderDescriptor.ENCODED_BYTES_OFFSET, longer.capacity());
    return longer.array();
  }

  @Test
  void theEncodingIsWhereTheTestsBelowExpectIt() throws InvalidProgramException {
    byte[] bytes = encoded();
    assertThat(bytes[STEP]).isEqualTo((byte) StepDescriptor.UNARY);
    assertThat(bytes[ACTIVATION])
        .isEqualTo((byte) (Function.SWISH.code() | ActivationDescriptor.SCALED_FLAG));
    assertThat(bytes).hasSize(ACTIVATION + 1 + 3 * 4);
    assertThat(ProgramCodec.encode(decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void aProgramIsDecodedFromNativeMemoryAtAnyAddress() throws InvalidProgramException {
    byte[] bytes = encoded();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment odd = arena.allocate(bytes.length + 1).asSlice(1);
      odd.copyFrom(MemorySegment.ofArray(bytes));
      assertThat(ProgramCodec.decode(odd)).isEqualTo(decode(bytes));
    }
  }

  @Test
  void otherMagicVersionsAndLengthsAreRefused() {
    refused(new byte[0], "byte 0: magic needs 4 bytes, but 0 are left");
    refused(withU32(0, 0xCAFEBABE), "byte 0: not a Program: magic cafebabe instead of 47505253");
    refused(withU8(4, 2), "byte 4: a Program of version 2, known is version 1");
    refused(withU32(8, 5), "byte 8: the Program says it has 5 bytes, but there are 173");
    refused(Arrays.copyOf(encoded(), 200), "the Program says it has 173 bytes, but there are 200");
  }

  @Test
  void bytesBehindTheLastStepAreRefused() {
    refused(withInserted(encoded().length, (byte) 0), "1 bytes too many behind the last step");
  }

  @Test
  void numbersOf2GiBAreRefused() {
    refused(
        withU32(ProgramHeaderDescriptor.ARENA_BYTES_OFFSET, -1),
        "byte 12: arena bytes is 4294967295, but nothing reaches 2 GiB");
    refused(withU32(IN_VIEW + ViewDescriptor.START_OFFSET, 1 << 31), "view offset is 2147483648");
  }

  @Test
  void countsThatCannotFollowAreRefusedBeforeAnythingIsAllocated() {
    int huge = Integer.MAX_VALUE;
    refused(withU32(ProgramHeaderDescriptor.CHUNK_COUNT_OFFSET, 65_536), "65536 chunks need");
    refused(
        withU32(ProgramHeaderDescriptor.CHUNK_COUNT_OFFSET, 65_537),
        "65537 chunks, but no Program has more than 32768, 65536 and 65536");
    refused(
        withU32(ProgramHeaderDescriptor.ALLOCATION_COUNT_OFFSET, huge),
        "2147483647 allocations and 1 chunks, but no Program has more than");
    refused(
        withU32(ProgramHeaderDescriptor.STEP_COUNT_OFFSET, huge),
        "2147483647 steps, 2 allocations and 1 chunks, but no Program has more than");
    refused(withU8(ProgramHeaderDescriptor.INPUT_COUNT_OFFSET, 255), "byte ");
    refused(
        withU32(ProgramHeaderDescriptor.RESIDENT_CHUNKS_OFFSET, 2),
        "2 resident chunks, but 1 chunks in all");
  }

  @Test
  void unknownCodesAreRefused() {
    refused(withU8(ALLOCATIONS, 4), "byte 74: unknown space 4");
    refused(withU8(IN_VIEW, 9), "step 0, byte 138: unknown space 9");
    refused(withU8(IN_VIEW + 1, 5), "unknown element type 5");
    refused(withU8(STEP, 20), "unknown opcode 20");
    refused(withU8(STEP, 0), "unknown opcode 0");
    refused(withU8(STEP + 1, 1), "unknown opcode 263");
    refused(withU8(ACTIVATION, 20), "unknown function 20");
    refused(withU8(STEP, StepDescriptor.POOL2D), "step 0, byte ");
  }

  @Test
  void viewsThatCannotBeAreRefused() {
    refused(withU8(IN_VIEW + 2, 7 | ViewDescriptor.DENSE_FLAG), "rank 7 exceeds 6");
    refused(withU32(IN_VIEW + ViewDescriptor.SHAPE_OFFSET, 0), "dimensions of at least 1");
    refused(
        withU32(IN_VIEW + ViewDescriptor.START_OFFSET, 2), "offset 2 is no multiple of F32's 4");
    byte[] square = withInserted(IN_VIEW + ViewDescriptor.SHAPE_OFFSET, new byte[] {0, 0, 0, 64});
    square[IN_VIEW + 2] = (byte) (2 | ViewDescriptor.DENSE_FLAG);
    square[IN_VIEW + ViewDescriptor.SHAPE_OFFSET + 7] = 64;
    square[STEP + StepDescriptor.PAYLOAD_LENGTH_OFFSET] += 4;
    refused(square, "a dense view reaches 2 GiB");
  }

  @Test
  void aDenseViewWithStridesIsRefused() {
    byte[] strides =
        withInserted(IN_VIEW + ViewDescriptor.SHAPE_OFFSET + 4, new byte[] {1, 0, 0, 0});
    strides[IN_VIEW + 2] = 1;
    strides[STEP + StepDescriptor.PAYLOAD_LENGTH_OFFSET] += 4;
    refused(strides, "a dense view is encoded without strides: shape=[1], strides=[1]");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    refused(withU32(ACTIVATION + 1, infinity), "alpha is not finite: Infinity");
    refused(withU32(ACTIVATION + 5, infinity), "scale is not finite: Infinity");
    refused(withU32(ACTIVATION + 9, 0x7FC00000), "shift is not finite: NaN");
  }

  @Test
  void aScaleThatDoesNothingIsRefused() {
    byte[] bytes = withU32(ACTIVATION + 5, Float.floatToRawIntBits(1));
    ByteBuffer.wrap(bytes).putInt(ACTIVATION + 9, 0);
    refused(bytes, "a scale of 1 with a shift of 0 is encoded by leaving them out");
  }

  @Test
  void payloadsLongerOrShorterThanTheirStepAreRefused() {
    byte[] shorter = withU8(STEP + 2, encoded()[STEP + 2] - 1);
    refused(shorter, "step 0, byte 169: shift needs 4 bytes, but 3 are left");
    byte[] longer = withInserted(encoded().length, (byte) 0);
    longer[STEP + 2]++;
    refused(longer, "1 bytes too many behind the payload of a Unary");
    refused(withU8(STEP + 3, 1), "payload needs 291 bytes, but 35 are left");
  }

  @Test
  void namesThatAreNoTextAreRefused() {
    refused(withU8(INPUT + 1, 0xFF), "a port's name is no UTF-8");
    refused(withU8(INPUT, 255), "a port's name needs 255 bytes");
  }

  @Test
  void textOfAnyLanguageIsAName() throws InvalidProgramException {
    Draft draft = Draft.valid();
    draft.inputs.set(0, new Port("вход/入力:0 🔒", in(1)));
    assertThat(decode(ProgramCodec.encode(draft.program()))).isEqualTo(draft.program());
  }

  @Test
  void bitsOfAZeroAreKept() throws InvalidProgramException {
    Draft draft =
        Draft.of(
            new Step.Unary(in(1), out(1), new Activation(Function.CLIP, -0f, -0f, 1, -0f)),
            new Step.LayerNorm(in(4), Draft.weights(2, 4), out(4), Float.MIN_VALUE));
    assertThat(decode(ProgramCodec.encode(draft.program()))).isEqualTo(draft.program());
  }

  @Test
  void whatDoesNotFitItsFieldIsNotEncoded() {
    Draft draft = Draft.valid();
    draft.arenaBytes = 1L << 31;
    notEncoded(draft, "arena bytes does not fit its field: 2147483648, at most 2147483647");
    Draft chunk = Draft.valid();
    chunk.chunks.set(0, 65);
    notEncoded(chunk, "a chunk's length must be a multiple of 64: 65");
    chunk.chunks.set(0, 1 << 22);
    notEncoded(chunk, "chunk length does not fit its field: 65536, at most 65535");
    Draft chunks = Draft.valid();
    chunks.chunks.addAll(Collections.nCopies(Program.MAX_CHUNKS, 64));
    notEncoded(chunks, "65537 chunks, but no Program has more than 32768, 65536 and 65536");
    Draft name = Draft.valid();
    name.inputs.set(0, new Port("x".repeat(256), in(1)));
    notEncoded(name, "length of a port's name does not fit its field: 256, at most 255");
    name.inputs.set(0, new Port("\uD800", in(1)));
    notEncoded(name, "a port's name is no Unicode text");
    Window2d wide = new Window2d(1, 70000, 1, 1, 0, 0, 1, 1);
    notEncoded(
        Draft.of(new Step.Pool2d(Step.Pool2d.Kind.MAX, in(1, 1, 1, 1), out(1, 1, 1, 1), wide)),
        "kernel width does not fit its field: 70000, at most 65535");
    for (Activation a :
        List.of(Activation.of(Function.CLIP, Float.NaN, 0), Activation.of(Function.RELU, 1, 0))) {
      notEncoded(Draft.of(new Step.Unary(in(1), out(1), a)), "");
    }
  }

  private static void notEncoded(Draft draft, String message) {
    Program program = draft.program();
    assertThatThrownBy(() -> ProgramCodec.encode(program))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
