package dev.strongroom.compiler.lower;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.ProgramLimitException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Something with bytes that a {@link Region} lies in: an activation's buffer, or packed weights.
 */
public sealed interface Storage {
  /** Names the tensor or the layer, for reports. */
  String name();

  /** Size in bytes. */
  long bytes();

  /**
   * Bytes of the elements of a tensor.
   *
   * @throws ProgramLimitException if that is 2 GiB or more
   */
  static long bytesOf(String name, ElementType type, int... shape) {
    long bytes = type.bytes();
    for (int dim : shape) {
      // Both factors are below 2^31.
      bytes *= dim;
      if (bytes > Integer.MAX_VALUE) {
        throw new ProgramLimitException(
            "%s takes 2 GiB or more: %s of shape %s".formatted(name, type, Arrays.toString(shape)));
      }
    }
    return bytes;
  }

  /** A tensor of activations; compared by identity. Where it lies is the plan's business. */
  final class Buffer implements Storage {
    private final String name;
    private final long bytes;

    Buffer(String name, long bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    /** Whether this holds one of several pieces of a tensor, while the piece is used. */
    public boolean isPiece() {
      return !role().equals(name) && !isKept();
    }

    /** Whether this holds the few rows of a piece that the next one needs. */
    public boolean isKept() {
      return PieceNames.isKept(name);
    }

    /** A buffer for a piece of what this holds. */
    public Buffer piece(int number, long pieceBytes) {
      return new Buffer(PieceNames.numbered(name + "/piece", number), pieceBytes);
    }

    /** A buffer of this name and another size. */
    public Buffer ofSize(long newBytes) {
      return new Buffer(name, newBytes);
    }

    /** Buffers of one role that are never alive together shall lie at one place. */
    public String role() {
      return PieceNames.role(name);
    }

    @Override
    public String toString() {
      return "%s (%d bytes)".formatted(name, bytes);
    }
  }

  /**
   * Constant weights in the layout that their step reads. They are packed late, so that planning
   * for many budgets costs nothing.
   */
  final class Weights implements Storage {
    private final String name;
    private final long bytes;
    private final Consumer<ByteBuffer> packer;

    /**
     * @param bytes a multiple of 64
     * @param packer fills a little-endian buffer of that size, zeroed before
     */
    Weights(String name, long bytes, Consumer<ByteBuffer> packer) {
      this.name = name;
      this.bytes = bytes;
      this.packer = packer;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    /** Writes the packed weights into {@code target}'s remaining bytes. */
    public void pack(ByteBuffer target) {
      packer.accept(target);
    }

    @Override
    public String toString() {
      return "weights of %s (%d bytes)".formatted(name, bytes);
    }
  }
}
