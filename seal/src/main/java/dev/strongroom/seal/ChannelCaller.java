package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.REPLY_BYTES;
import static dev.strongroom.seal.ChannelDescriptor.REPLY_CONFIRMATION;
import static dev.strongroom.seal.ChannelDescriptor.REPLY_KEY;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The caller's half of the handshake: it knows the device's public key, and nobody need know the
 * caller (the pattern NK of the Noise protocol framework, with HKDF-SHA256 over a transcript).
 */
public final class ChannelCaller implements AutoCloseable {
  private final DevicePublicKey device;
  private final DevicePrivateKey ephemeral;

  private ChannelCaller(DevicePublicKey device, DevicePrivateKey ephemeral) {
    this.device = device;
    this.ephemeral = ephemeral;
  }

  /** Begins a handshake with the trusted side of {@code device}. */
  public static ChannelCaller start(DevicePublicKey device) {
    return start(device, RandomSource.SECURE);
  }

  static ChannelCaller start(DevicePublicKey device, RandomSource random) {
    return new ChannelCaller(device, DevicePrivateKey.generate(random));
  }

  /** What to send to the trusted side: {@link ChannelDescriptor#HELLO_BYTES}. */
  public byte[] hello() {
    return ephemeral.publicKey().raw();
  }

  /**
   * Completes the handshake; this object cannot be used again.
   *
   * @param reply what the trusted side answered, {@link ChannelDescriptor#REPLY_BYTES}
   * @param binding what else both sides must agree on, for example a digest of evidence; may be
   *     empty
   * @throws SealException if the answer does not come from the device, or to this {@code hello} and
   *     {@code binding}
   */
  public SecureChannel finish(byte[] reply, byte[] binding) {
    if (reply.length != REPLY_BYTES) {
      throw SealException.malformed(
          "the answer to a handshake has %d bytes, not %d".formatted(REPLY_BYTES, reply.length));
    }
    byte[] replyKey = Arrays.copyOfRange(reply, REPLY_KEY, REPLY_KEY + DevicePublicKey.BYTES);
    ChannelKeys keys;
    try (ephemeral) {
      keys =
          ChannelKeys.derive(
              new ChannelKeys.Transcript(device, hello(), replyKey, binding),
              ephemeral.agree(device.raw()),
              ephemeral.agree(replyKey));
    }
    byte[] confirmation = Arrays.copyOfRange(reply, REPLY_CONFIRMATION, REPLY_BYTES);
    if (!MessageDigest.isEqual(confirmation, keys.confirmation())) {
      keys.toTrusted().close();
      keys.toCaller().close();
      throw SealException.forged("the answer to the handshake does not come from " + device);
    }
    return SecureChannel.ofCaller(keys);
  }

  /** Gives the handshake up. */
  @Override
  public void close() {
    ephemeral.close();
  }
}
