package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTHS;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.Digest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which the normal world could change a sealed model that it stores. */
class SealedModelTamperTest {
  private final SealedFixture fixture = SealedFixture.small();
  private final SealedLayout layout =
      SealedModelHeader.peek(MemorySegment.ofArray(fixture.sealed)).layout();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void everySingleFlippedBitIsRefused() {
    List<String> accepted = new ArrayList<>();
    try (SealedFixture tiny = SealedFixture.tiny()) {
      for (int bit = 0; bit < 8 * tiny.sealed.length; bit++) {
        byte[] changed = tiny.sealed.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        if (opens(tiny, changed)) {
          accepted.add("opener: bit " + bit);
        }
        if (tiny.verify(changed).ok()) {
          accepted.add("verifier: bit " + bit);
        }
      }
      assertThat(opens(tiny, tiny.sealed)).isTrue();
    }
    assertThat(accepted).isEmpty();
  }

  @Test
  void everyTruncationIsRefused() {
    List<Integer> accepted = new ArrayList<>();
    for (int length = 0; length < fixture.sealed.length; length++) {
      byte[] cut = Arrays.copyOf(fixture.sealed, length);
      if (opens(fixture, cut) || fixture.verify(cut).ok()) {
        accepted.add(length);
      }
    }
    assertThat(accepted).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "16", "4096"})
  void trailingBytesAreRefused(int extra) {
    byte[] longer = Arrays.copyOf(fixture.sealed, fixture.sealed.length + extra);
    assertThatThrownBy(() -> fixture.openEverything(longer))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("%d bytes longer than its header says", extra);
    assertThat(fixture.verify(longer).ok()).isFalse();
  }

  @Test
  void chunksThatChangedPlacesAreRefused() {
    try (var equals = new SealedFixture(Models.content(6, 10, 32, 32))) {
      SealedLayout places = SealedModelHeader.peek(MemorySegment.ofArray(equals.sealed)).layout();
      byte[] swapped = equals.sealed.clone();
      swap(swapped, equals.sealed, places);
      assertThatThrownBy(() -> equals.openEverything(swapped))
          .isInstanceOf(SealException.class)
          .hasMessage("chunk 1 of 2 was changed: its digest differs");
      assertThat(equals.verify(swapped).faults())
          .containsExactly(
              "chunk 1 of 2 was changed: its digest differs",
              "chunk 2 of 2 was changed: its digest differs");
    }
  }

  @Test
  void chunksThatChangedPlacesAreRefusedEvenIfTheVendorSignsTheirDigests() {
    try (var equals = new SealedFixture(Models.content(6, 10, 32, 32))) {
      SealedLayout places = SealedModelHeader.peek(MemorySegment.ofArray(equals.sealed)).layout();
      byte[] swapped =
          equals.changedAndSigned(
              view -> {
                swap(view.array(), equals.sealed, places);
                for (SealedPart part : places.chunks()) {
                  putDigest(view, part);
                }
                rewrap(view, equals, places);
              });
      assertThatThrownBy(() -> equals.openEverything(swapped))
          .isInstanceOf(SealException.class)
          .hasMessage("chunk 1 of 2 is not authentic under the model's key");
    }
  }

  private static void swap(byte[] into, byte[] from, SealedLayout places) {
    SealedPart first = places.chunks().get(0);
    SealedPart second = places.chunks().get(1);
    System.arraycopy(from, (int) first.offset(), into, (int) second.offset(), first.sealedLength());
    System.arraycopy(from, (int) second.offset(), into, (int) first.offset(), first.sealedLength());
  }

  private static void putDigest(ByteBuffer view, SealedPart part) {
    byte[] sealed = new byte[part.sealedLength()];
    view.get((int) part.offset(), sealed);
    view.put(part.digestOffset(), Digest.over(sealed).bytes());
  }

  /** Wraps the same content key for a model section that was changed. */
  private static void rewrap(ByteBuffer view, SealedFixture fixture, SealedLayout places) {
    SealedModelHeader old = SealedModelHeader.peek(MemorySegment.ofArray(fixture.sealed));
    byte[] section = Arrays.copyOf(view.array(), places.modelSectionBytes());
    try (SecretBytes key = SealedModelOpener.contentKey(old, fixture.device)) {
      var wrapped = KeyWrap.wrap(key, section, fixture.device.publicKey(), Models.repeatable(9));
      int device = places.modelSectionBytes();
      view.put(device + SealedModelDescriptor.ENCAPSULATED_KEY, wrapped.enc())
          .put(device + SealedModelDescriptor.WRAPPED_KEY, wrapped.ciphertext());
    }
  }

  /** Another device of the vendor knows the content key too, and lost it. */
  @Test
  void aChunkSealedAnewUnderTheContentKeyIsRefusedBecauseItsDigestIsSigned() {
    byte[] forged = fixture.sealed.clone();
    SealedPart chunk = layout.chunks().getFirst();
    SealedModelHeader header = SealedModelHeader.peek(MemorySegment.ofArray(fixture.sealed));
    byte[] sealed = new byte[chunk.sealedLength()];
    try (var cipher =
        new PartCipher(
            SealedModelOpener.contentKey(header, fixture.device), header.modelDigest())) {
      cipher.seal(chunk, new byte[chunk.length()], sealed);
    }
    System.arraycopy(sealed, 0, forged, (int) chunk.offset(), sealed.length);
    assertThatThrownBy(() -> fixture.openEverything(forged))
        .isInstanceOf(SealException.class)
        .hasMessage("chunk 1 of 3 was changed: its digest differs");
  }

  @Test
  void everySpliceOfTwoVersionsOfAModelIsRefused() {
    byte[] later = fixture.seal(fixture.content, new ModelIdentity(Models.IDENTITY.id(), 8), 4);
    assertThat(later).hasSameSizeAs(fixture.sealed);
    int modelSection = layout.modelSectionBytes();
    List<Integer> cuts =
        new ArrayList<>(
            List.of(CHUNK_LENGTHS, modelSection, layout.signatureOffset(), layout.headerBytes()));
    layout.parts().forEach(part -> cuts.add((int) part.end()));
    cuts.removeLast();
    List<String> accepted = new ArrayList<>();
    for (int cut : cuts) {
      byte[] splice = later.clone();
      System.arraycopy(fixture.sealed, 0, splice, 0, cut);
      if (opens(fixture, splice) || fixture.verify(splice).ok()) {
        accepted.add("old before " + cut);
      }
      splice = fixture.sealed.clone();
      System.arraycopy(later, 0, splice, 0, cut);
      if (opens(fixture, splice) || fixture.verify(splice).ok()) {
        accepted.add("new before " + cut);
      }
    }
    assertThat(accepted).isEmpty();
    assertThat(opens(fixture, later)).isTrue();
  }

  @Test
  void aModelSectionWithAnotherModelsDeviceSectionIsRefusedEvenIfTheVendorSignsIt() {
    byte[] other = fixture.seal(fixture.content, new ModelIdentity("another-model", 7), 4);
    byte[] splice =
        fixture.changedAndSigned(
            view ->
                view.put(
                    layout.modelSectionBytes(),
                    other,
                    layout.modelSectionBytes(),
                    SealedModelDescriptor.DEVICE_SECTION_BYTES));
    assertThatThrownBy(() -> fixture.openEverything(splice))
        .isInstanceOf(SealException.class)
        .hasMessage("an HPKE message is not authentic");
  }

  @Test
  void anotherVersionNeedsAnotherSealEvenIfTheVendorSignsIt() {
    byte[] changed = fixture.changedAndSigned(view -> view.putLong(MODEL_VERSION, 8));
    assertThatThrownBy(() -> fixture.openEverything(changed)).isInstanceOf(SealException.class);
  }

  /** The vendor's own tools went wrong: every seal matches, only the Program's digest does not. */
  @Test
  void aProgramThatIsNotTheOneInTheHeaderIsRefused() {
    ModelContent content = Models.content(5, 20);
    SealedHeaderWriter writer =
        SealedHeaderWriter.of(content, Models.IDENTITY, fixture.vendor.publicKey());
    SealedPart piece = writer.layout().pieces().getFirst();
    byte[] other = Models.content(6, 20).program();
    byte[] body = new byte[piece.sealedLength()];
    byte[] key = new byte[32];
    byte[] header;
    try (SecretBytes contentKey = SecretBytes.owning("AES", key);
        var cipher = new PartCipher(SecretBytes.owning("AES", key.clone()), writer.modelDigest())) {
      cipher.seal(piece, other, body);
      writer.digest(piece, Digest.over(body).bytes());
      header =
          writer.finish(
              contentKey, fixture.device.publicKey(), fixture.vendor, Models.repeatable(9));
    }
    byte[] wrong = Arrays.copyOf(header, header.length + body.length);
    System.arraycopy(body, 0, wrong, header.length, body.length);
    assertThatThrownBy(() -> fixture.openEverything(wrong))
        .isInstanceOf(SealException.class)
        .hasMessage(
            "the Program's digest is %s, not %s as the vendor signed",
            Digest.over(other), Digest.over(content.program()));
  }

  private static boolean opens(SealedFixture fixture, byte[] bytes) {
    try {
      fixture.openEverything(bytes);
      return true;
    } catch (SealException e) {
      return false;
    }
  }
}
