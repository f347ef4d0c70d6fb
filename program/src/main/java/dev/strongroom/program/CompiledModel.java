package dev.strongroom.program;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * What the compiler makes of a model, in plaintext: the Program and its packed weights. The sealer
 * turns it into something that may leave the vendor.
 *
 * @param weights all chunks' plaintext, one after another; read-only, each call gives a view with a
 *     position of its own, from the first byte to the last
 */
public record CompiledModel(Program program, ByteBuffer weights) {

  /**
   * @throws IllegalArgumentException if the number of weight bytes is not the sum of the chunks
   */
  public CompiledModel {
    if (weights.remaining() != program.weightsBytes()) {
      throw new IllegalArgumentException(
          "the chunks have %d bytes, but there are %d bytes of weights"
              .formatted(program.weightsBytes(), weights.remaining()));
    }
    weights = weights.slice().asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer weights() {
    return weights.duplicate();
  }

  /**
   * Writes the file that {@link #read} reads, over one that is already there.
   *
   * @throws IllegalArgumentException if the Program cannot be encoded
   */
  public void write(Path file) throws IOException {
    byte[] encoded = ProgramCodec.encode(program);
    ByteBuffer header = littleEndian(CompiledModelDescriptor.LENGTH);
    header.putInt(CompiledModelDescriptor.MAGIC_OFFSET, CompiledModelDescriptor.MAGIC);
    header.putInt(CompiledModelDescriptor.VERSION_OFFSET, CompiledModelDescriptor.VERSION);
    header.putInt(CompiledModelDescriptor.PROGRAM_BYTES_OFFSET, encoded.length);
    header.putInt(CompiledModelDescriptor.WEIGHTS_BYTES_OFFSET, weights.remaining());
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (ByteBuffer part : new ByteBuffer[] {header, ByteBuffer.wrap(encoded), weights()}) {
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  /**
   * Reads what {@link #write} wrote. Nothing is allocated before the file is known to hold it. The
   * weights' digest is checked; the Program is decoded, but not verified.
   *
   * @throws IOException if the file cannot be read
   * @throws InvalidProgramException if it is anything but a compiled model, with what is wrong
   */
  public static CompiledModel read(Path file) throws IOException, InvalidProgramException {
    Check check = new Check(file + " is no compiled model");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      check.that(
          size >= CompiledModelDescriptor.LENGTH,
          "it has %d bytes, the header alone takes %d",
          size,
          CompiledModelDescriptor.LENGTH);
      ByteBuffer header = readFully(check, channel, CompiledModelDescriptor.LENGTH);
      int magic = header.getInt(CompiledModelDescriptor.MAGIC_OFFSET);
      int version = header.getInt(CompiledModelDescriptor.VERSION_OFFSET);
      int programBytes = header.getInt(CompiledModelDescriptor.PROGRAM_BYTES_OFFSET);
      int weightsBytes = header.getInt(CompiledModelDescriptor.WEIGHTS_BYTES_OFFSET);
      check.that(
          magic == CompiledModelDescriptor.MAGIC,
          "it begins with %08x instead of %08x",
          magic,
          CompiledModelDescriptor.MAGIC);
      check.that(
          version == CompiledModelDescriptor.VERSION,
          "its version is %d, known is version %d",
          Integer.toUnsignedLong(version),
          CompiledModelDescriptor.VERSION);
      check.that(
          programBytes >= 0
              && weightsBytes >= 0
              && size == CompiledModelDescriptor.LENGTH + (long) programBytes + weightsBytes,
          "its header says %d bytes of Program and %d of weights, but %d bytes follow",
          Integer.toUnsignedLong(programBytes),
          Integer.toUnsignedLong(weightsBytes),
          size - CompiledModelDescriptor.LENGTH);
      Program program = program(check, readFully(check, channel, programBytes));
      check.that(
          program.weightsBytes() == weightsBytes,
          "its chunks have %d bytes, its weights %d",
          program.weightsBytes(),
          weightsBytes);
      ByteBuffer weights = readFully(check, channel, weightsBytes);
      MessageDigest sha256 = Digest.sha256();
      sha256.update(weights.duplicate());
      Digest digest = Digest.of(sha256.digest());
      check.that(
          digest.equals(program.weightsDigest()),
          "its weights have digest %s, but the Program was made for %s",
          digest,
          program.weightsDigest());
      return new CompiledModel(program, weights);
    }
  }

  private static Program program(Check check, ByteBuffer encoded) throws InvalidProgramException {
    try {
      return ProgramCodec.decode(MemorySegment.ofBuffer(encoded));
    } catch (InvalidProgramException e) {
      throw check.refusal("%s", String.valueOf(e.getMessage()));
    }
  }

  /** The next {@code length} bytes; a file that shrinks meanwhile is refused as well. */
  private static ByteBuffer readFully(Check check, FileChannel channel, int length)
      throws IOException, InvalidProgramException {
    ByteBuffer bytes = littleEndian(length);
    while (bytes.hasRemaining()) {
      check.that(channel.read(bytes) >= 0, "it ends %d bytes too early", bytes.remaining());
    }
    return bytes.flip();
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
