package dev.strongroom.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.cli.RequestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private static final int MOST = 1 << 20;

  @TempDir private Path directory;

  /**
   * What {@code numpy.save} (1.26) writes for {@code numpy.arange(6, dtype='<f4').reshape(2, 3)}.
   */
  private static byte[] savedByNumpy() {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    return file(header + " ".repeat(117 - header.length()) + "\n", floats(0, 1, 2, 3, 4, 5));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] file(String header, byte[] elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length() & 0xFF);
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(elements);
    return out.toByteArray();
  }

  @Test
  void anArrayThatNumpySavedIsReadAndWrittenBackByteForByte() throws Exception {
    byte[] saved = savedByNumpy();
    Npy array = Npy.parse(saved, MOST);
    assertThat(array.type()).isEqualTo(Npy.Type.FLOAT32);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.data().getFloat(20)).isEqualTo(5f);
    Path copy = directory.resolve("copy.npy");
    array.write(copy);
    assertThat(Files.readAllBytes(copy)).isEqualTo(saved);
  }

  @ParameterizedTest
  @EnumSource(Npy.Type.class)
  void everyTypeAndRankComesBackAsItWas(Npy.Type type) throws Exception {
    Random random = new Random(5);
    for (int[] shape : new int[][] {{}, {0}, {1}, {7}, {2, 0, 3}, {3, 1, 4}, {1, 3, 5, 2}}) {
      int elements = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      byte[] bytes = new byte[elements * type.bytes()];
      random.nextBytes(bytes);
      Npy array = new Npy(type, shape, ByteBuffer.wrap(bytes));
      Path file = directory.resolve("array.npy");
      array.write(file);
      Npy back = Npy.read(file, MOST);
      assertThat(back.type()).isEqualTo(type);
      assertThat(back.shape()).isEqualTo(shape);
      assertThat(back.data()).isEqualTo(ByteBuffer.wrap(bytes));
      assertThat(array.header().length % 64).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }|'>f4'",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (4,), }|'<f2'",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }|Fortran",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }|takes 12 bytes, but 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }|takes 4 bytes, but 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }|malformed",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,,), }|malformed",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }|NumPy writes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967298,), }|too large",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }|too large",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000,), }|more than",
        "{'fortran_order': False, 'shape': (2,), }|NumPy writes",
        "__import__('os').system('true')|NumPy writes",
      })
  void aHeaderThatIsNotUnderstoodIsNamed(String header, String complaint) {
    assertThatThrownBy(() -> Npy.parse(file(header + "\n", new byte[8]), MOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void laterFormatsAreRefusedByNumber(int major) {
    byte[] saved = savedByNumpy();
    saved[6] = (byte) major;
    assertThatThrownBy(() -> Npy.parse(saved, MOST)).hasMessageContaining("format " + major + ".0");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] saved = savedByNumpy();
    for (int length = 0; length < saved.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(saved, length);
      assertThatThrownBy(() -> Npy.parse(cut, MOST))
          .as("cut to %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whateverIsFlippedNothingButARefusalIsThrown() {
    long seed = 77;
    Random random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = savedByNumpy();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertThatCode(
              () -> {
                try {
                  Npy.parse(bytes, MOST);
                } catch (IllegalArgumentException refusal) {
                  assertThat(refusal.getMessage()).isNotBlank();
                }
              })
          .as("seed %d, round %d", seed, round)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aDirectoryOrAMissingFileIsARequestThatCannotBeMet() {
    assertThatThrownBy(() -> Npy.read(directory, MOST))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("is a directory");
    assertThatThrownBy(() -> Npy.read(directory.resolve("none"), MOST))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void aFileBeyondTheLimitIsNotReadAtAll() throws IOException {
    Path file = directory.resolve("large.npy");
    try (var channel =
        Files.newByteChannel(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(1L << 33).write(ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(() -> Npy.read(file, MOST))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("more than");
  }
}
