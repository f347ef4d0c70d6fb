package dev.strongroom.seal;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) on raw 32-byte keys. */
final class X25519 {
  private static final String ALGORITHM = "X25519";
  private static final byte[] BASE_POINT = new byte[KeyKind.RAW_BYTES];

  static {
    BASE_POINT[0] = 9;
  }

  private X25519() {}

  /** The public key of {@code scalar}. */
  static byte[] publicKey(byte[] scalar) {
    return agree(scalar, BASE_POINT);
  }

  /**
   * The shared secret, never all zero.
   *
   * @throws SealException if {@code peer} is a point of small order, whose secret anybody knows
   *     (RFC 7748, section 6.1)
   */
  static byte[] agree(byte[] scalar, byte[] peer) {
    try {
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
      agreement.init(
          factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
      var publicKey =
          factory.generatePublic(new X509EncodedKeySpec(KeyKind.DEVICE_PUBLIC.der(peer)));
      try {
        agreement.doPhase(publicKey, true);
      } catch (InvalidKeyException e) {
        throw smallOrder();
      }
      byte[] secret = agreement.generateSecret();
      // The JDK's provider refuses this itself; another provider may not.
      int any = 0;
      for (byte b : secret) {
        any |= b;
      }
      if (any == 0) {
        throw smallOrder();
      }
      return secret;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks X25519", e);
    }
  }

  private static SealException smallOrder() {
    return SealException.forged("the other side's X25519 key is a point of small order");
  }
}
