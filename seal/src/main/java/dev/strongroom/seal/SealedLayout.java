package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTHS;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTH_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.DEVICE_SECTION_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.DIGEST_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MAX_CHUNK_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MAX_PARTS;
import static dev.strongroom.seal.SealedModelDescriptor.MAX_PIECE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MAX_PROGRAM_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.SIGNATURE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.TAG_BYTES;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Where everything lies in a sealed model, as its counts and lengths determine it. */
final class SealedLayout {
  private final int pieceCount;
  private final int chunkCount;
  private final List<SealedPart> pieces;
  private final List<SealedPart> chunks;
  private final long fileBytes;

  private SealedLayout(List<SealedPart> pieces, List<SealedPart> chunks) {
    this.pieces = List.copyOf(pieces);
    this.chunks = List.copyOf(chunks);
    this.pieceCount = pieces.size();
    this.chunkCount = chunks.size();
    // There is at least one piece.
    this.fileBytes = chunks.isEmpty() ? pieces.getLast().end() : chunks.getLast().end();
  }

  /** Number of pieces, once the three numbers are in range. */
  static int pieceCount(int programBytes, int pieceBytes, int chunkCount) {
    require("length of the Program", programBytes, 1, MAX_PROGRAM_BYTES);
    require("length of a piece of the Program", pieceBytes, 1, MAX_PIECE_BYTES);
    require("number of chunks", chunkCount, 0, MAX_PARTS);
    int pieces = Math.ceilDiv(programBytes, pieceBytes);
    require("number of pieces of the Program", pieces, 1, MAX_PARTS);
    return pieces;
  }

  static int headerBytes(int pieceCount, int chunkCount) {
    return signatureOffset(pieceCount, chunkCount) + SIGNATURE_BYTES;
  }

  private static int digests(int chunkCount) {
    return CHUNK_LENGTHS + CHUNK_LENGTH_BYTES * chunkCount;
  }

  private static int deviceSection(int pieceCount, int chunkCount) {
    return digests(chunkCount) + DIGEST_BYTES * (pieceCount + chunkCount);
  }

  private static int signatureOffset(int pieceCount, int chunkCount) {
    return deviceSection(pieceCount, chunkCount) + DEVICE_SECTION_BYTES;
  }

  /**
   * @param chunkLength length of the plaintext of the chunk with a number
   * @throws SealException if a number is out of range
   */
  static SealedLayout of(
      int programBytes, int pieceBytes, int chunkCount, IntUnaryOperator chunkLength) {
    int pieceCount = pieceCount(programBytes, pieceBytes, chunkCount);
    int digest = digests(chunkCount);
    long offset = headerBytes(pieceCount, chunkCount);
    List<SealedPart> pieces = new ArrayList<>(pieceCount);
    for (int i = 0; i < pieceCount; i++) {
      int length = Math.min(pieceBytes, programBytes - i * pieceBytes);
      pieces.add(new SealedPart(SealedPart.Kind.PIECE, i, offset, length, digest));
      offset += length + TAG_BYTES;
      digest += DIGEST_BYTES;
    }
    List<SealedPart> chunks = new ArrayList<>(chunkCount);
    for (int i = 0; i < chunkCount; i++) {
      int length = chunkLength.applyAsInt(i);
      require("length of chunk " + (i + 1), length, 1, MAX_CHUNK_BYTES);
      chunks.add(new SealedPart(SealedPart.Kind.CHUNK, i, offset, length, digest));
      offset += length + TAG_BYTES;
      digest += DIGEST_BYTES;
    }
    return new SealedLayout(pieces, chunks);
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw SealException.malformed(
          "the %s is %s, outside %d to %d"
              .formatted(what, Integer.toUnsignedString(value), least, most));
    }
  }

  List<SealedPart> pieces() {
    return pieces;
  }

  List<SealedPart> chunks() {
    return chunks;
  }

  /** All parts, in the order of the body. */
  List<SealedPart> parts() {
    List<SealedPart> parts = new ArrayList<>(pieces);
    parts.addAll(chunks);
    return parts;
  }

  /** Length of what the model digest covers: fixed part and chunk lengths. */
  int digestedBytes() {
    return digests(chunkCount);
  }

  /** Length of the model section; the device section follows. */
  int modelSectionBytes() {
    return deviceSection(pieceCount, chunkCount);
  }

  int signatureOffset() {
    return signatureOffset(pieceCount, chunkCount);
  }

  int headerBytes() {
    return headerBytes(pieceCount, chunkCount);
  }

  /** Length of the whole sealed model. */
  long fileBytes() {
    return fileBytes;
  }

  /** Longest plaintext of a part. */
  int longestPart() {
    return parts().stream().mapToInt(SealedPart::length).max().orElseThrow();
  }

  /** What to call a part in a message, counted from 1. */
  String name(SealedPart part) {
    return switch (part.kind()) {
      case PIECE -> "piece %d of %d of the Program".formatted(part.number() + 1, pieceCount);
      case CHUNK -> "chunk %d of %d".formatted(part.number() + 1, chunkCount);
    };
  }
}
