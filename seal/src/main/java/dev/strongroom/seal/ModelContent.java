package dev.strongroom.seal;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Digest;
import dev.strongroom.program.Program;
import dev.strongroom.program.ProgramCodec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is sealed, in the clear: a Program and its packed weights.
 *
 * @param program the encoded Program, 1 byte to {@link SealedModelDescriptor#MAX_PROGRAM_BYTES}
 * @param weights all chunks' plaintext, one after another, between position and limit
 * @param chunkLengths length of each chunk, in order; together they are the weights
 * @param weightsDigest SHA-256 of the weights; checked while they are sealed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ModelContent(
    byte[] program, ByteBuffer weights, List<Integer> chunkLengths, Digest weightsDigest) {
  /** A Program of the greatest length in pieces of this one still has few enough of them. */
  private static final int MIN_PIECE_BYTES = 256;

  public ModelContent {
    chunkLengths = List.copyOf(chunkLengths);
    weights = weights.slice().asReadOnlyBuffer();
    long sum = chunkLengths.stream().mapToLong(Integer::longValue).sum();
    if (sum != weights.remaining()) {
      throw new IllegalArgumentException(
          "the %d chunks have %d bytes together, but the weights have %d"
              .formatted(chunkLengths.size(), sum, weights.remaining()));
    }
  }

  /**
   * What the compiler made.
   *
   * @throws IllegalArgumentException if its Program cannot be encoded
   */
  public static ModelContent of(CompiledModel model) {
    Program program = model.program();
    return new ModelContent(
        ProgramCodec.encode(program), model.weights(), program.chunks(), program.weightsDigest());
  }

  /**
   * How long the pieces are in which the Program is sealed: no longer than the longest chunk, so
   * that both pass through the same staging buffer, but not so short that there would be too many.
   */
  int pieceBytes() {
    return pieceBytes(chunkLengths);
  }

  static int pieceBytes(List<Integer> chunkLengths) {
    int longestChunk = chunkLengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    return longestChunk < MIN_PIECE_BYTES
        ? MIN_PIECE_BYTES
        : Math.min(longestChunk, SealedModelDescriptor.MAX_PIECE_BYTES);
  }
}
