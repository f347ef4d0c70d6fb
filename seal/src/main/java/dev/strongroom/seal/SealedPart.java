package dev.strongroom.seal;

/**
 * One thing that is sealed on its own in a model's body: a piece of the Program or a chunk of the
 * weights.
 *
 * @param kind which of the two
 * @param number from 0, among its kind
 * @param offset of its ciphertext in the sealed model
 * @param length of its plaintext; the ciphertext has {@link SealedModelDescriptor#TAG_BYTES} more
 * @param digestOffset where in the header the digest of its ciphertext and tag lies
 */
record SealedPart(Kind kind, int number, long offset, int length, int digestOffset) {
  enum Kind {
    PIECE,
    CHUNK
  }

  /** What tells it from every other part of the model: nonce and associated data carry it. */
  int index() {
    return kind == Kind.PIECE ? SealedModelDescriptor.PIECE_INDEX_BASE | number : number;
  }

  int sealedLength() {
    return length + SealedModelDescriptor.TAG_BYTES;
  }

  /** Where its ciphertext ends in the sealed model. */
  long end() {
    return offset + sealedLength();
  }
}
