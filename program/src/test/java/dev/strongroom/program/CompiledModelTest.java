package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.program.fixtures.ProgramBuilder;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledModelTest {
  @TempDir Path directory;

  private static CompiledModel model() {
    ProgramBuilder.Built built = RandomPrograms.ofKind(RandomPrograms.Kind.OPEN, 3);
    return new CompiledModel(built.program(), ByteBuffer.wrap(built.weights()));
  }

  private byte[] file(CompiledModel model) throws IOException {
    Path file = directory.resolve("written");
    model.write(file);
    return Files.readAllBytes(file);
  }

  private CompiledModel read(byte[] bytes) throws IOException, InvalidProgramException {
    return CompiledModel.read(Files.write(directory.resolve("model"), bytes));
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    CompiledModel model = model();
    assertThat(read(file(model))).isEqualTo(model);
  }

  @Test
  void writingReplacesALongerFile() throws Exception {
    Path file = Files.write(directory.resolve("old"), new byte[1 << 20]);
    model().write(file);
    assertThat(CompiledModel.read(file)).isEqualTo(model());
  }

  @Test
  void weightsCanBeReadAgainButNotWritten() {
    CompiledModel model = model();
    ByteBuffer first = model.weights();
    first.get();
    assertThat(model.weights().position()).isZero();
    assertThat(first.isReadOnly()).isTrue();
  }

  @Test
  void weightsThatAreNotTheChunksAreRefused() {
    CompiledModel model = model();
    assertThatThrownBy(() -> new CompiledModel(model.program(), ByteBuffer.allocate(64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("the chunks have \\d+ bytes, but there are 64 bytes of weights");
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] bytes = file(model());
    for (int length = 0; length < bytes.length; length += length < 200 ? 1 : 97) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(truncated))
          .as("cut to %d of %d bytes", length, bytes.length)
          .isInstanceOf(InvalidProgramException.class)
          .hasMessageContaining("is no compiled model: ")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aByteTooManyIsRefused() throws Exception {
    byte[] bytes = file(model());
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("bytes of Program and");
  }

  @Test
  void aFlippedBitInTheWeightsIsRefused() throws Exception {
    byte[] bytes = file(model());
    bytes[bytes.length - 1] ^= 1;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining("its weights have digest");
  }

  @Test
  void anotherMagicOrVersionIsRefused() throws Exception {
    byte[] magic = file(model());
    magic[0] = 'X';
    assertThatThrownBy(() -> read(magic)).hasMessageContaining("instead of 4d435253");
    byte[] version = file(model());
    version[CompiledModelDescriptor.VERSION_OFFSET] = 2;
    assertThatThrownBy(() -> read(version)).hasMessageContaining("its version is 2");
  }

  @Test
  void lengthsThatReach4GiBAreRefusedBeforeAnythingIsAllocated() throws Exception {
    byte[] bytes = file(model());
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(CompiledModelDescriptor.PROGRAM_BYTES_OFFSET, -1);
    assertThatThrownBy(() -> read(bytes)).hasMessageContaining("4294967295 bytes of Program");
    header.putInt(CompiledModelDescriptor.PROGRAM_BYTES_OFFSET, Integer.MAX_VALUE);
    assertThatThrownBy(() -> read(bytes)).hasMessageContaining("2147483647 bytes of Program");
  }

  @Test
  void weightsThatDifferFromTheChunksInLengthAreRefused() throws Exception {
    byte[] bytes = file(model());
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int weights = header.getInt(CompiledModelDescriptor.WEIGHTS_BYTES_OFFSET);
    header.putInt(CompiledModelDescriptor.WEIGHTS_BYTES_OFFSET, weights - 64);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 64);
    assertThatThrownBy(() -> read(shorter))
        .hasMessageContaining("its chunks have %d bytes, its weights %d", weights, weights - 64);
  }

  @Test
  void randomFilesAreRefused() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(500)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> read(bytes))
          .as("seed %d", seed)
          .isInstanceOf(InvalidProgramException.class);
    }
  }

  @Test
  void aMissingFileIsAnIOException() {
    assertThatThrownBy(() -> CompiledModel.read(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
