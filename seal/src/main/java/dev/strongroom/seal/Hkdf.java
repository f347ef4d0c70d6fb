package dev.strongroom.seal;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with SHA-256 (RFC 5869). */
final class Hkdf {
  /** Length of a pseudorandom key. */
  static final int HASH_BYTES = 32;

  private Hkdf() {}

  /** HKDF-Extract; an empty salt is the RFC's default. */
  static SecretBytes extract(byte[] salt, byte[] inputKey) {
    var parameters = HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(inputKey).extractOnly();
    try {
      return SecretBytes.owning("HKDF", kdf().deriveData(parameters));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF-SHA256 failed", e);
    }
  }

  /** HKDF-Expand to {@code length} bytes, the caller's to wipe. */
  static byte[] expand(SecretBytes key, byte[] info, int length) {
    try {
      return kdf().deriveData(HKDFParameterSpec.expandOnly(key, info, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF-SHA256 failed", e);
    }
  }

  private static KDF kdf() throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256");
  }
}
