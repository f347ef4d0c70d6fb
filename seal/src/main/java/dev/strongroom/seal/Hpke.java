package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Hybrid public key encryption to a device (RFC 9180), base mode, single shot: DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256, AES-GCM. A message is bound to {@code info} and {@code aad}.
 */
final class Hpke {
  /** Length of an encapsulated key. */
  static final int ENC_BYTES = 32;

  private static final int KEM_X25519_HKDF_SHA256 = 0x0020;
  private static final int KDF_HKDF_SHA256 = 0x0001;
  private static final byte MODE_BASE = 0;
  private static final byte[] VERSION = ascii("HPKE-v1");
  private static final byte[] KEM_SUITE = concat(ascii("KEM"), uint16(KEM_X25519_HKDF_SHA256));
  private static final byte[] EMPTY = {};

  /** RFC 9180, section 7.3. The RFC's own test vectors use the 128-bit one. */
  enum Aead {
    AES_128_GCM(1, 16),
    AES_256_GCM(2, 32);

    final int id;
    final int keyBytes;

    Aead(int id, int keyBytes) {
      this.id = id;
      this.keyBytes = keyBytes;
    }
  }

  /**
   * What is sent.
   *
   * @param enc the encapsulated key, {@link #ENC_BYTES} long
   * @param ciphertext as long as the plaintext and a tag
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Message(byte[] enc, byte[] ciphertext) {}

  private final Aead aead;
  private final byte[] suite;

  Hpke(Aead aead) {
    this.aead = aead;
    this.suite =
        concat(
            ascii("HPKE"),
            uint16(KEM_X25519_HKDF_SHA256),
            uint16(KDF_HKDF_SHA256),
            uint16(aead.id));
  }

  /** SealBase of RFC 9180, section 6.1; the ephemeral key comes from {@code random}. */
  Message seal(
      DevicePublicKey receiver, byte[] info, byte[] aad, byte[] plaintext, RandomSource random) {
    try (DevicePrivateKey ephemeral = DevicePrivateKey.generate(random)) {
      byte[] enc = ephemeral.publicKey().raw();
      byte[] dh = ephemeral.agree(receiver.raw());
      try (SecretBytes shared = sharedSecret(dh, enc, receiver)) {
        byte[] ciphertext = new byte[plaintext.length + AesGcm.TAG_BYTES];
        try (Context context = context(shared, info)) {
          context.cipher.seal(context.nonce, aad, plaintext, plaintext.length, ciphertext);
        }
        return new Message(enc, ciphertext);
      }
    }
  }

  /**
   * OpenBase of RFC 9180, section 6.1.
   *
   * @return the plaintext, the caller's to wipe
   * @throws SealException if the message was not sealed for this receiver, info and aad
   */
  byte[] open(Message message, DevicePrivateKey receiver, byte[] info, byte[] aad) {
    int length = message.ciphertext.length - AesGcm.TAG_BYTES;
    if (message.enc.length != ENC_BYTES || length < 0) {
      throw SealException.malformed(
          "an HPKE message has a key of %d bytes and a ciphertext of at least %d, not %d and %d"
              .formatted(
                  ENC_BYTES, AesGcm.TAG_BYTES, message.enc.length, message.ciphertext.length));
    }
    byte[] dh = receiver.agree(message.enc);
    try (SecretBytes shared = sharedSecret(dh, message.enc, receiver.publicKey());
        Context context = context(shared, info)) {
      byte[] plaintext = new byte[length];
      if (!context.cipher.open(context.nonce, aad, message.ciphertext, length, plaintext)) {
        throw SealException.forged("an HPKE message is not authentic");
      }
      return plaintext;
    }
  }

  /** ExtractAndExpand of section 4.1; wipes {@code dh}. */
  private static SecretBytes sharedSecret(byte[] dh, byte[] enc, DevicePublicKey receiver) {
    try (SecretBytes key = labeledExtract(KEM_SUITE, EMPTY, "eae_prk", dh)) {
      byte[] kemContext = concat(enc, receiver.raw());
      return SecretBytes.owning(
          "HPKE", labeledExpand(KEM_SUITE, key, "shared_secret", kemContext, Hkdf.HASH_BYTES));
    } finally {
      Arrays.fill(dh, (byte) 0);
    }
  }

  /** KeySchedule of section 5.1 in base mode: no pre-shared key. */
  private Context context(SecretBytes shared, byte[] info) {
    byte[] pskIdHash = labeledExtract(suite, EMPTY, "psk_id_hash", EMPTY).borrow();
    byte[] infoHash = labeledExtract(suite, EMPTY, "info_hash", info).borrow();
    byte[] scheduleContext = concat(new byte[] {MODE_BASE}, pskIdHash, infoHash);
    try (SecretBytes secret = labeledExtract(suite, shared.borrow(), "secret", EMPTY)) {
      byte[] key = labeledExpand(suite, secret, "key", scheduleContext, aead.keyBytes);
      byte[] nonce =
          labeledExpand(suite, secret, "base_nonce", scheduleContext, AesGcm.NONCE_BYTES);
      return new Context(new AesGcm(SecretBytes.owning("AES", key)), nonce);
    }
  }

  /** What seals or opens the one message; its nonce is the base nonce, as its number is 0. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Context(AesGcm cipher, byte[] nonce) implements AutoCloseable {
    @Override
    public void close() {
      cipher.close();
    }
  }

  /** Section 4. */
  private static SecretBytes labeledExtract(
      byte[] suite, byte[] salt, String label, byte[] inputKey) {
    byte[] labeled = concat(VERSION, suite, ascii(label), inputKey);
    try {
      return Hkdf.extract(salt, labeled);
    } finally {
      Arrays.fill(labeled, (byte) 0);
    }
  }

  /** Section 4. */
  private static byte[] labeledExpand(
      byte[] suite, SecretBytes key, String label, byte[] info, int length) {
    return Hkdf.expand(key, concat(uint16(length), VERSION, suite, ascii(label), info), length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[] uint16(int value) {
    return new byte[] {(byte) (value >>> 8), (byte) value};
  }

  private static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    Arrays.stream(parts).forEach(all::put);
    return all.array();
  }
}
