package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
  @TempDir Path directory;

  private final SealedFixture fixture = SealedFixture.small();
  private final Sealer sealer = Sealer.of(fixture.vendor, fixture.device.publicKey());

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void writesToAFileWhatItWritesToMemory() throws IOException {
    Path file = directory.resolve("model.sealed");
    Sealer.of(fixture.vendor, fixture.device.publicKey(), Models.repeatable(3))
        .seal(fixture.content, Models.IDENTITY, file, ExistingFile.KEEP, ProgressListener.NONE);
    assertThat(file).hasBinaryContent(fixture.sealed);
    assertThat(names()).containsExactly("model.sealed");
  }

  @Test
  void takesAFreshKeyEveryTime() {
    byte[] first = sealer.seal(fixture.content, Models.IDENTITY);
    byte[] second = sealer.seal(fixture.content, Models.IDENTITY);
    int body = SealedModelHeader.peek(MemorySegment.ofArray(first)).headerBytes();
    assertThat(Arrays.copyOfRange(first, body, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, body, second.length));
    assertThat(fixture.openEverything(first))
        .containsExactlyElementsOf(fixture.openEverything(second));
  }

  @Test
  void streamsWeightsThatAreManyTimesLongerThanAChunk() throws IOException {
    int chunkBytes = 32_768;
    int chunks = 700;
    Path weightsFile = directory.resolve("weights");
    Path file = directory.resolve("model.sealed");
    try (FileChannel channel =
            FileChannel.open(
                Files.createFile(weightsFile), StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment weights =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) chunkBytes * chunks, arena);
      var sha256 = Digest.sha256();
      for (int i = 0; i < chunks; i++) {
        MemorySegment chunk = weights.asSlice((long) i * chunkBytes, chunkBytes);
        chunk.fill((byte) i);
        sha256.update(chunk.asByteBuffer());
      }
      ModelContent content =
          new ModelContent(
              fixture.content.program(),
              weights.asByteBuffer(),
              Collections.nCopies(chunks, chunkBytes),
              Digest.of(sha256.digest()));
      List<Long> reports = new ArrayList<>();
      sealer.seal(
          content,
          Models.IDENTITY,
          file,
          ExistingFile.KEEP,
          (done, total) -> {
            assertThat(total).isGreaterThanOrEqualTo(done);
            reports.add(done);
          });
      assertThat(reports).isSorted().hasSize(chunks + 2);
      assertThat(reports.getLast()).isEqualTo(Files.size(file));
    }
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined();
        SealedModelOpener opener =
            fixture.open(
                channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
                List.of(fixture.vendor.publicKey()))) {
      MemorySegment staging = arena.allocate(chunkBytes + 16);
      MemorySegment into = arena.allocate(chunkBytes);
      for (int i = 0; i < chunks; i++) {
        opener.openChunk(i, staging, into);
        assertThat(into.asByteBuffer()).isEqualTo(ByteBuffer.wrap(filled(chunkBytes, i)));
      }
    }
  }

  @Test
  void keepsAFileThatIsThereUnlessToldToReplaceIt() throws IOException {
    Path file = Files.writeString(directory.resolve("model.sealed"), "precious");
    assertThatThrownBy(() -> seal(file, ExistingFile.KEEP))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("it exists already");
    assertThat(file).hasContent("precious");
    seal(file, ExistingFile.REPLACE);
    assertThat(SealVerifier.verify(file, fixture.vendor.publicKey()).faults()).isEmpty();
    assertThat(names()).containsExactly("model.sealed");
  }

  @Test
  void leavesNoFileBehindWhenItFails() throws IOException {
    ModelContent wrong =
        new ModelContent(
            fixture.content.program(),
            fixture.content.weights(),
            fixture.content.chunkLengths(),
            Digest.over(new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                sealer.seal(
                    wrong,
                    Models.IDENTITY,
                    directory.resolve("model.sealed"),
                    ExistingFile.KEEP,
                    ProgressListener.NONE))
        .withMessage(
            "the weights' digest is %s, not %s as was said",
            fixture.content.weightsDigest(), wrong.weightsDigest());
    assertThat(names()).isEmpty();
  }

  @Test
  void sealsAModelWithoutWeights() {
    ModelContent content = Models.content(9, 1);
    byte[] sealed = sealer.seal(content, Models.IDENTITY);
    assertThat(fixture.openEverything(sealed)).containsExactly(content.program());
  }

  @Test
  void resealsForAnotherDeviceAndLeavesTheChunksAsTheyAre() throws IOException {
    Path first = directory.resolve("first.sealed");
    Path second = directory.resolve("second.sealed");
    seal(first, ExistingFile.KEEP);
    try (var other = DevicePrivateKey.generate();
        Arena arena = Arena.ofConfined()) {
      Sealer.of(fixture.vendor, other.publicKey())
          .reseal(first, fixture.device, second, ExistingFile.KEEP);
      SealedModelHeader before = SealedModelHeader.peek(first);
      SealedModelHeader after = SealedModelHeader.peek(second);
      assertThat(after.modelSection()).isEqualTo(before.modelSection());
      assertThat(after.modelDigest()).isEqualTo(before.modelDigest());
      assertThat(after.deviceKeyId()).isEqualTo(other.publicKey().id());
      assertThat(body(second)).isEqualTo(body(first));
      MemorySegment shared = fixture.shared(Files.readAllBytes(second));
      try (SealedModelOpener opener =
          SealedModelOpener.open(shared, other, List.of(fixture.vendor.publicKey()))) {
        MemorySegment into = arena.allocate(40);
        opener.openChunk(0, arena.allocate(opener.stagingBytes()), into);
        assertThat(into.asByteBuffer())
            .isEqualTo(ByteBuffer.wrap(Models.chunk(fixture.content, 0)));
      }
    }
  }

  @Test
  void doesNotResealWhatWasChanged() throws IOException {
    byte[] changed = fixture.sealed.clone();
    changed[changed.length - 1] ^= 1;
    Path file = Files.write(directory.resolve("changed.sealed"), changed);
    assertThatThrownBy(
            () -> sealer.reseal(file, fixture.device, directory.resolve("new"), ExistingFile.KEEP))
        .isInstanceOf(SealException.class)
        .hasMessage("chunk 3 of 3 was changed: its digest differs");
    assertThat(names()).containsExactly("changed.sealed");
  }

  @Test
  void refusesChunksThatAreNotTheWeights() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ModelContent(
                    new byte[1],
                    ByteBuffer.allocate(63),
                    List.of(32, 32),
                    Digest.over(new byte[63])))
        .withMessage("the 2 chunks have 64 bytes together, but the weights have 63");
  }

  @Test
  void refusesAProgramOfNoLength() {
    assertThatThrownBy(() -> sealer.seal(Models.content(1, 0, 8), Models.IDENTITY))
        .isInstanceOf(SealException.class)
        .hasMessage("the length of the Program is 0, outside 1 to 16777216");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "a b",
        "ä",
        "..\u0000",
        "0123456789012345678901234567890123456789012345678901234567890123x"
      })
  void refusesAModelIdThatIsNoName(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelIdentity(id, 1))
        .withMessageContaining("not \"%s\"", id);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void refusesAModelVersionBelowOne(long version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelIdentity("a", version))
        .withMessage("a model version is 1 or more, not %d", version);
  }

  private void seal(Path file, ExistingFile existing) throws IOException {
    sealer.seal(fixture.content, Models.IDENTITY, file, existing, ProgressListener.NONE);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] body(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    return Arrays.copyOfRange(all, SealedModelHeader.peek(file).headerBytes(), all.length);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
