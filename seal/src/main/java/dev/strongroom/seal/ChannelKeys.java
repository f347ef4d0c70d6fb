package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.KEYS_INFO;
import static dev.strongroom.seal.ChannelDescriptor.TRANSCRIPT_DOMAIN;

import dev.strongroom.program.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What both sides derive from the handshake: HKDF over the two shared secrets, with the digest of
 * everything that was said as salt.
 *
 * @param confirmation 32 bytes that only somebody who knows both secrets can compute
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ChannelKeys(
    SecretBytes toTrusted, SecretBytes toCaller, byte[] confirmation, Digest transcript) {

  /** The public part of the handshake. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Transcript(DevicePublicKey device, byte[] hello, byte[] replyKey, byte[] binding) {
    Digest digest() {
      MessageDigest sha256 = Digest.sha256();
      sha256.update(TRANSCRIPT_DOMAIN);
      sha256.update(device.raw());
      sha256.update(hello);
      sha256.update(replyKey);
      sha256.update(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, binding.length));
      sha256.update(binding);
      return Digest.of(sha256.digest());
    }
  }

  /**
   * @param staticSecret X25519 of the caller's ephemeral and the device's key; wiped
   * @param ephemeralSecret X25519 of the two ephemeral keys; wiped
   */
  static ChannelKeys derive(Transcript transcript, byte[] staticSecret, byte[] ephemeralSecret) {
    Digest salt = transcript.digest();
    byte[] secrets =
        ByteBuffer.allocate(staticSecret.length + ephemeralSecret.length)
            .put(staticSecret)
            .put(ephemeralSecret)
            .array();
    byte[] keys = {};
    try (SecretBytes prk = Hkdf.extract(salt.bytes(), secrets)) {
      keys = Hkdf.expand(prk, KEYS_INFO, 3 * AesGcm.KEY_BYTES);
      return new ChannelKeys(
          SecretBytes.owning("AES", third(keys, 0)),
          SecretBytes.owning("AES", third(keys, 1)),
          third(keys, 2),
          salt);
    } finally {
      Arrays.fill(keys, (byte) 0);
      Arrays.fill(secrets, (byte) 0);
      Arrays.fill(staticSecret, (byte) 0);
      Arrays.fill(ephemeralSecret, (byte) 0);
    }
  }

  private static byte[] third(byte[] keys, int number) {
    return Arrays.copyOfRange(keys, number * AesGcm.KEY_BYTES, (number + 1) * AesGcm.KEY_BYTES);
  }
}
