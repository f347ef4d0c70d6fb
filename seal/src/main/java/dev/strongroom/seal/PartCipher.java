package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.PART_AAD_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PART_AAD_MAGIC;

import dev.strongroom.program.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Seals and opens the parts of one model under its content key: the nonce is the part's index, the
 * associated data binds index and model. The key is fresh for every sealing, so no nonce repeats.
 */
final class PartCipher implements AutoCloseable {
  private static final int AAD_INDEX = 4;
  private static final int AAD_MODEL_DIGEST = 8;

  private final AesGcm cipher;
  private final byte[] nonce = new byte[AesGcm.NONCE_BYTES];
  private final byte[] aad = new byte[PART_AAD_BYTES];
  private final ByteBuffer nonceView = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer aadView = ByteBuffer.wrap(aad).order(ByteOrder.LITTLE_ENDIAN);

  /** Owns {@code contentKey}: it is wiped by {@link #close}. */
  PartCipher(SecretBytes contentKey, Digest modelDigest) {
    cipher = new AesGcm(contentKey);
    aadView.put(0, PART_AAD_MAGIC).put(AAD_MODEL_DIGEST, modelDigest.bytes());
  }

  private void select(SealedPart part) {
    nonceView.putInt(0, part.index());
    aadView.putInt(AAD_INDEX, part.index());
  }

  /** Seals the part's plaintext into {@code out}, which gets {@link SealedPart#sealedLength}. */
  void seal(SealedPart part, byte[] plaintext, byte[] out) {
    select(part);
    cipher.seal(nonce, aad, plaintext, part.length(), out);
  }

  /**
   * @return false if it is not authentic; {@code out} is wiped then
   */
  boolean open(SealedPart part, byte[] sealed, byte[] out) {
    select(part);
    return cipher.open(nonce, aad, sealed, part.length(), out);
  }

  @Override
  public void close() {
    cipher.close();
  }
}
