package dev.strongroom.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM (NIST SP 800-38D) with one key, 12-byte nonces and 16-byte tags. One cipher object serves
 * every message. It works on arrays because the JDK's implementation does: given buffers outside
 * the heap it would copy through arrays of its own, which nobody could wipe.
 */
final class AesGcm implements AutoCloseable {
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;
  static final int KEY_BYTES = 32;

  private static final int TAG_BITS = 8 * TAG_BYTES;

  private final SecretBytes key;
  private final Cipher cipher;

  /** Owns {@code key}: it is wiped by {@link #close}. */
  AesGcm(SecretBytes key) {
    this.key = key;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks AES-GCM", e);
    }
  }

  /**
   * Seals {@code length} bytes of {@code plaintext} into {@code out}, which gets {@link #TAG_BYTES}
   * more.
   */
  void seal(byte[] nonce, byte[] aad, byte[] plaintext, int length, byte[] out) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad);
      cipher.doFinal(plaintext, 0, length, out, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing with AES-GCM failed", e);
    }
  }

  /**
   * Opens a ciphertext of {@code length} bytes and its tag into {@code out}.
   *
   * @return false if it is not authentic; {@code out} is wiped then
   */
  boolean open(byte[] nonce, byte[] aad, byte[] sealed, int length, byte[] out) {
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(aad);
      cipher.doFinal(sealed, 0, length + TAG_BYTES, out, 0);
      return true;
    } catch (AEADBadTagException e) {
      Arrays.fill(out, (byte) 0);
      return false;
    } catch (GeneralSecurityException e) {
      Arrays.fill(out, (byte) 0);
      throw new IllegalStateException("opening with AES-GCM failed", e);
    }
  }

  /** Wipes the key, and makes the cipher forget the one it was using. */
  @Override
  public void close() {
    key.close();
    try (SecretBytes nothing = SecretBytes.owning("AES", new byte[KEY_BYTES])) {
      cipher.init(
          Cipher.DECRYPT_MODE, nothing, new GCMParameterSpec(TAG_BITS, new byte[NONCE_BYTES]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("wiping an AES-GCM cipher failed", e);
    }
  }
}
