package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.WRAP_DOMAIN;

import dev.strongroom.program.Digest;
import java.nio.ByteBuffer;

/** How the content key travels to a device: in an HPKE message bound to the model section. */
final class KeyWrap {
  private static final Hpke HPKE = new Hpke(Hpke.Aead.AES_256_GCM);
  private static final byte[] NO_AAD = {};

  private KeyWrap() {}

  static Hpke.Message wrap(
      SecretBytes contentKey, byte[] modelSection, DevicePublicKey device, RandomSource random) {
    return HPKE.seal(device, info(modelSection), NO_AAD, contentKey.borrow(), random);
  }

  /**
   * @throws SealException if the key was not wrapped for this device and model section
   */
  static SecretBytes unwrap(Hpke.Message wrapped, byte[] modelSection, DevicePrivateKey device) {
    return SecretBytes.owning("AES", HPKE.open(wrapped, device, info(modelSection), NO_AAD));
  }

  private static byte[] info(byte[] modelSection) {
    return ByteBuffer.allocate(WRAP_DOMAIN.length + Digest.BYTES)
        .put(WRAP_DOMAIN)
        .put(Digest.over(modelSection).bytes())
        .array();
  }
}
