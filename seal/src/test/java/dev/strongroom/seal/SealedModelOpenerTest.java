package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strongroom.seal.SealException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SealedModelOpenerTest {
  private final SealedFixture fixture = new SealedFixture(Models.content(1, 70_000, 4_096, 64, 1));
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment staging = arena.allocate(4_096 + 16);

  @AfterEach
  void close() {
    fixture.close();
    arena.close();
  }

  @Test
  void opensTheProgramAndEveryChunk() {
    assertThat(fixture.openEverything(fixture.sealed))
        .containsExactlyElementsOf(fixture.plaintexts());
  }

  @Test
  void opensChunksInAnyOrderAndAgain() {
    try (SealedModelOpener opener = fixture.open(fixture.sealed)) {
      for (int chunk : new int[] {2, 0, 1, 0, 2}) {
        MemorySegment into = arena.allocate(opener.header().chunkLength(chunk));
        opener.openChunk(chunk, staging, into);
        assertThat(into.toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(Models.chunk(fixture.content, chunk));
      }
    }
  }

  @Test
  void needsNoMoreStagingThanTheLongestChunk() {
    try (SealedModelOpener opener = fixture.open(fixture.sealed)) {
      assertThat(opener.stagingBytes()).isEqualTo(4_096 + 16);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> opener.openChunk(0, staging.asSlice(1), arena.allocate(4_096)))
          .withMessage("insufficient room for staging: needed=4112, had=4111");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> opener.openChunk(0, staging, arena.allocate(4_095)))
          .withMessage("insufficient room for a chunk: needed=4096, had=4095");
    }
  }

  @Test
  void tellsWhatTheHeaderSays() {
    SealedModelHeader header = SealedModelHeader.peek(MemorySegment.ofArray(fixture.sealed));
    assertThat(header.identity()).isEqualTo(Models.IDENTITY);
    assertThat(header.vendor()).isEqualTo(fixture.vendor.publicKey());
    assertThat(header.deviceKeyId()).isEqualTo(fixture.device.publicKey().id());
    assertThat(header.programBytes()).isEqualTo(70_000);
    assertThat(header.chunkCount()).isEqualTo(3);
    assertThat(header.weightsBytes()).isEqualTo(4_096 + 64 + 1);
    assertThat(header.weightsDigest()).isEqualTo(fixture.content.weightsDigest());
    assertThat(header.fileBytes()).isEqualTo(fixture.sealed.length);
  }

  @Test
  void refusesAModelForAnotherDevice() {
    try (var other = DevicePrivateKey.generate()) {
      var refusal =
          catchThrowableOfType(
              SealException.class,
              () ->
                  SealedModelOpener.open(
                      fixture.shared(fixture.sealed), other, List.of(fixture.vendor.publicKey())));
      assertThat(refusal.reason()).isEqualTo(Reason.WRONG_DEVICE);
      assertThat(refusal)
          .hasMessage(
              "the model is sealed for device %s, and this is %s",
              fixture.device.publicKey().fingerprint(), other.publicKey().fingerprint());
    }
  }

  @Test
  void refusesAModelOfAVendorWhoIsNotTrusted() {
    try (var other = VendorPrivateKey.generate()) {
      var refusal =
          catchThrowableOfType(
              SealException.class,
              () -> fixture.open(fixture.shared(fixture.sealed), List.of(other.publicKey())));
      assertThat(refusal.reason()).isEqualTo(Reason.UNTRUSTED_VENDOR);
      assertThat(refusal).hasMessageContaining(fixture.vendor.publicKey().fingerprint());
    }
  }

  @Test
  void refusesEverythingWhenNobodyIsTrusted() {
    assertThatThrownBy(() -> fixture.open(fixture.shared(fixture.sealed), List.of()))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("none of the 0 trusted here");
  }

  @Test
  void leavesNothingOfAChangedProgramBehind() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      SealedPart last = opener.header().layout().pieces().getLast();
      flip(shared, last.offset());
      MemorySegment into = arena.allocate(70_000).fill((byte) 7);
      assertThatThrownBy(() -> opener.openProgram(staging, into))
          .isInstanceOf(SealException.class)
          .hasMessage("piece 18 of 18 of the Program was changed: its digest differs");
      assertThat(into.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }
  }

  @Test
  void writesNothingOfAChangedChunk() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      flip(shared, opener.header().layout().chunks().getFirst().end() - 1);
      MemorySegment into = arena.allocate(4_096).fill((byte) 7);
      assertThatThrownBy(() -> opener.openChunk(0, staging, into))
          .isInstanceOf(SealException.class)
          .hasMessage("chunk 1 of 3 was changed: its digest differs");
      assertThat(into.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
      flip(shared, opener.header().layout().chunks().getFirst().end() - 1);
      opener.openChunk(0, staging, into);
      assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Models.chunk(fixture.content, 0));
    }
  }

  @Test
  void neverReadsTheHeaderFromOutsideAgain() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      shared.asSlice(0, opener.header().headerBytes()).fill((byte) 0xff);
      MemorySegment into = arena.allocate(70_000);
      opener.openProgram(staging, into);
      assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(fixture.content.program());
    }
  }

  @Test
  void leavesOnlyCiphertextInStaging() {
    try (SealedModelOpener opener = fixture.open(fixture.sealed)) {
      SealedPart chunk = opener.header().layout().chunks().getFirst();
      opener.openChunk(0, staging, arena.allocate(4_096));
      assertThat(staging.toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(
              MemorySegment.ofArray(fixture.sealed)
                  .asSlice(chunk.offset(), chunk.sealedLength())
                  .toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void sealsAChunkThatIsOpenedAgainAnewWhereItLiesAndOpensItAsBefore() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      List<SealedPart> chunks = opener.header().layout().chunks();
      openAll(opener);
      assertThat(shared.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(fixture.sealed);
      openAll(opener);
      byte[] second = shared.toArray(ValueLayout.JAVA_BYTE);
      assertThat(second)
          .hasSize(fixture.sealed.length)
          .startsWith(Arrays.copyOf(fixture.sealed, (int) chunks.getFirst().offset()));
      for (SealedPart part : chunks) {
        assertThat(bytes(second, part)).isNotEqualTo(bytes(fixture.sealed, part));
      }
      openAll(opener);
      assertThat(shared.toArray(ValueLayout.JAVA_BYTE)).as("no nonce twice").isEqualTo(second);
    }
  }

  @Test
  void refusesEveryChangedBitOfAChunkThatWasSealedAnew() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      openAll(opener);
      openAll(opener);
      SealedPart part = opener.header().layout().chunks().get(1);
      MemorySegment into = arena.allocate(part.length()).fill((byte) 7);
      for (long bit = 0; bit < 8L * part.sealedLength(); bit++) {
        long at = part.offset() + bit / 8;
        byte was = shared.get(ValueLayout.JAVA_BYTE, at);
        shared.set(ValueLayout.JAVA_BYTE, at, (byte) (was ^ 1 << bit % 8));
        assertThatThrownBy(() -> opener.openChunk(1, staging, into))
            .isInstanceOf(SealException.class)
            .hasMessage("chunk 2 of 3 was changed while it was loaded");
        shared.set(ValueLayout.JAVA_BYTE, at, was);
      }
      assertThat(into.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
      openAll(opener);
    }
  }

  /** Who knows the content key can make parts that are authentic under it, as the vendor's are. */
  @Test
  void takesTheVendorsChunksNoMoreOnceTheyWereSealedAnewNorThoseOfAnotherOpener() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    MemorySegment other = fixture.shared(fixture.sealed);
    List<VendorPublicKey> trusted = List.of(fixture.vendor.publicKey());
    try (SealedModelOpener opener = fixture.open(shared, trusted);
        SealedModelOpener another = fixture.open(other, trusted)) {
      openAll(opener);
      openAll(opener);
      openAll(another);
      openAll(another);
      MemorySegment into = arena.allocate(4_096);
      for (MemorySegment source : List.of(fixture.shared(fixture.sealed), other)) {
        shared.copyFrom(source);
        for (int chunk = 0; chunk < 3; chunk++) {
          int number = chunk;
          assertThatThrownBy(() -> opener.openChunk(number, staging, into))
              .isInstanceOf(SealException.class)
              .hasMessage("chunk %d of 3 was changed while it was loaded", chunk + 1);
        }
      }
    }
  }

  @Test
  void sealsNothingAnewThatWasChangedBeforeItIsOpenedAgain() {
    MemorySegment shared = fixture.shared(fixture.sealed);
    try (SealedModelOpener opener = fixture.open(shared, List.of(fixture.vendor.publicKey()))) {
      openAll(opener);
      flip(shared, opener.header().layout().chunks().get(1).offset());
      byte[] changed = shared.toArray(ValueLayout.JAVA_BYTE);
      assertThatThrownBy(() -> opener.openChunk(1, staging, arena.allocate(64)))
          .isInstanceOf(SealException.class)
          .hasMessage("chunk 2 of 3 was changed: its digest differs");
      assertThat(shared.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(changed);
    }
  }

  @Test
  void opensNothingOnceItIsClosed() {
    SealedModelOpener opener = fixture.open(fixture.sealed);
    opener.close();
    assertThatThrownBy(() -> opener.openChunk(1, staging, arena.allocate(64)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wiped");
  }

  private void openAll(SealedModelOpener opener) {
    for (int chunk = 0; chunk < opener.header().chunkCount(); chunk++) {
      MemorySegment into = arena.allocate(opener.header().chunkLength(chunk));
      opener.openChunk(chunk, staging, into);
      assertThat(into.toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(Models.chunk(fixture.content, chunk));
    }
  }

  private static byte[] bytes(byte[] sealed, SealedPart part) {
    return Arrays.copyOfRange(sealed, (int) part.offset(), (int) part.end());
  }

  private static void flip(MemorySegment segment, long offset) {
    segment.set(
        ValueLayout.JAVA_BYTE, offset, (byte) (segment.get(ValueLayout.JAVA_BYTE, offset) ^ 1));
  }
}
