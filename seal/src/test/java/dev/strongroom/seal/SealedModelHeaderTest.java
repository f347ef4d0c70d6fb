package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_COUNT;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTHS;
import static dev.strongroom.seal.SealedModelDescriptor.FORMAT_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.HEADER_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.PIECE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PROGRAM_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.RESERVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SealedModelHeaderTest {
  private final SealedFixture fixture = SealedFixture.small();

  @AfterEach
  void close() {
    fixture.close();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        field(
            "this is no sealed model: it begins with \"GGUFALED\", not with \"SRSEALED\"",
            v -> v.put(0, "GGUF".getBytes(StandardCharsets.US_ASCII))),
        field(
            "this sealed model has format version 4294967295; known here is 1",
            v -> v.putInt(FORMAT_VERSION, -1)),
        field(
            "the header says it has 4294967295 bytes, but with 2 pieces and 3 chunks it has 552",
            v -> v.putInt(HEADER_BYTES, -1)),
        field(
            "the model version is 0, outside 1 to 9223372036854775807",
            v -> v.putLong(MODEL_VERSION, 0)),
        field(
            "the model version is 9223372036854775808, outside 1 to 9223372036854775807",
            v -> v.putLong(MODEL_VERSION, Long.MIN_VALUE)),
        field(
            "the length of the Program is 0, outside 1 to 16777216",
            v -> v.putInt(PROGRAM_BYTES, 0)),
        field(
            "the length of the Program is 4294967295, outside 1 to 16777216",
            v -> v.putInt(PROGRAM_BYTES, -1)),
        field(
            "the length of a piece of the Program is 32769, outside 1 to 32768",
            v -> v.putInt(PIECE_BYTES, 32_769)),
        field(
            "the number of pieces of the Program is 16777216, outside 1 to 65536",
            v -> v.putInt(PROGRAM_BYTES, 1 << 24).putInt(PIECE_BYTES, 1)),
        field(
            "the number of chunks is 2147483647, outside 0 to 65536",
            v -> v.putInt(CHUNK_COUNT, Integer.MAX_VALUE)),
        field(
            "the header has 2359740 bytes, and here are only 997",
            v -> v.putInt(CHUNK_COUNT, 1 << 16).putInt(HEADER_BYTES, 2_359_740)),
        field(
            "the length of chunk 2 is 0, outside 1 to 16777216",
            v -> v.putInt(CHUNK_LENGTHS + 4, 0)),
        field("the reserved field of the header is 1, not 0", v -> v.putInt(RESERVED, 1)),
        field(
            "the length of the model id is 65, outside 1 to 64", v -> v.putInt(MODEL_ID_BYTES, 65)),
        field("the length of the model id is 0, outside 1 to 64", v -> v.putInt(MODEL_ID_BYTES, 0)),
        field("the model id has the byte 0x00 at position 2", v -> v.put(MODEL_ID + 2, (byte) 0)),
        field("the model id has the byte 0x2f at position 0", v -> v.put(MODEL_ID, (byte) '/')),
        field(
            "the model id has the byte 0x61 at position 63",
            v -> v.put(MODEL_ID + 63, (byte) 'a')));
  }

  private static Arguments field(String sentence, Consumer<ByteBuffer> change) {
    return arguments(sentence, change);
  }

  /** Signed by the vendor, so that it is the form alone that is refused. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String sentence, Consumer<ByteBuffer> change) {
    byte[] changed = fixture.changedAndSigned(change);
    assertThatThrownBy(() -> fixture.open(changed))
        .isInstanceOfSatisfying(
            SealException.class,
            e -> assertThat(e.reason()).isEqualTo(SealException.Reason.MALFORMED))
        .hasMessage(sentence);
    assertThat(fixture.verify(changed).faults()).containsExactly(sentence);
  }

  @Test
  void saysWhatSomethingElseBeginsWith() {
    assertThatThrownBy(() -> SealedModelHeader.peek(MemorySegment.ofArray(new byte[0])))
        .hasMessage("this is no sealed model: it begins with \"\", not with \"SRSEALED\"");
    byte[] png = {(byte) 0x89, 'P', 'N', 'G'};
    assertThatThrownBy(() -> SealedModelHeader.peek(MemorySegment.ofArray(png)))
        .hasMessage("this is no sealed model: it begins with \"?PNG\", not with \"SRSEALED\"");
    byte[] start = SealedModelDescriptor.magic();
    assertThatThrownBy(() -> SealedModelHeader.peek(MemorySegment.ofArray(start)))
        .hasMessage("a sealed model has at least 204 bytes, and here are only 8");
  }

  /**
   * Structure-aware: fields get telling values; every twentieth is opened too, half of these signed
   * again.
   */
  @Test
  void nothingButARefusalComesOutOfAnyMutation() {
    long seed = 20_251;
    Random random = new Random(seed);
    int signatureOffset =
        SealedModelHeader.peek(MemorySegment.ofArray(fixture.sealed)).layout().signatureOffset();
    int wellFormed = 0;
    int refused = 0;
    for (int run = 0; run < 40_000; run++) {
      byte[] changed = mutation(random, signatureOffset - 8);
      boolean open = run % 20 == 0;
      if (open && random.nextBoolean()) {
        fixture.sign(changed, signatureOffset);
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(changed.length) : changed.length;
      MemorySegment segment = MemorySegment.ofArray(changed).asSlice(0, length);
      if (segment.mismatch(MemorySegment.ofArray(fixture.sealed)) == -1) {
        continue;
      }
      try {
        SealedModelHeader.peek(segment);
        wellFormed++;
        if (open) {
          fixture.openEverything(segment);
          throw new AssertionError("accepted in run %d with seed %d".formatted(run, seed));
        }
      } catch (SealException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("run %d with seed %d".formatted(run, seed), e);
      }
    }
    // Both sides of the parser were reached often.
    assertThat(wellFormed).isBetween(10_000, 30_000);
    assertThat(refused).isBetween(10_000, 30_000);
  }

  private byte[] mutation(Random random, int end) {
    int[] telling = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 15, 1 << 16, 1 << 24};
    byte[] changed = fixture.sealed.clone();
    ByteBuffer view = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(end);
      switch (random.nextInt(5)) {
        case 0 -> view.put(at, (byte) random.nextInt());
        case 1 -> view.putInt(at & -4, telling[random.nextInt(telling.length)]);
        case 2 -> view.putInt(at & -4, view.getInt(at & -4) + random.nextInt(5) - 2);
        case 3 -> view.putInt(random.nextInt(9) * 4 + 8, random.nextInt(70_000));
        default -> view.putLong(at & -4, random.nextLong());
      }
    }
    return changed;
  }

  @Test
  void copiesTheHeaderOnce() {
    byte[] bytes = fixture.sealed.clone();
    MemorySegment shared = MemorySegment.ofArray(bytes);
    SealedModelHeader header = SealedModelHeader.peek(shared);
    shared.set(ValueLayout.JAVA_BYTE, MODEL_ID, (byte) 'X');
    assertThat(header.identity()).isEqualTo(Models.IDENTITY);
    assertThat(header.signedBy(fixture.vendor.publicKey())).isTrue();
  }
}
