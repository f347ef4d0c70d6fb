package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.HELLO_BYTES;
import static dev.strongroom.seal.ChannelDescriptor.REPLY_BYTES;

import java.nio.ByteBuffer;

/** The trusted side's half of the handshake. */
public final class ChannelResponder implements AutoCloseable {
  private final DevicePrivateKey device;
  private final byte[] hello;
  private final DevicePrivateKey ephemeral;

  private ChannelResponder(DevicePrivateKey device, byte[] hello, DevicePrivateKey ephemeral) {
    this.device = device;
    this.hello = hello;
    this.ephemeral = ephemeral;
  }

  /**
   * What the trusted side has when the handshake is done.
   *
   * @param reply what to send to the caller
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Established(byte[] reply, SecureChannel channel) {}

  /**
   * Takes the caller's first message.
   *
   * @param device stays the caller's to close
   * @throws SealException if it has another length
   */
  public static ChannelResponder answer(DevicePrivateKey device, byte[] hello) {
    return answer(device, hello, RandomSource.SECURE);
  }

  static ChannelResponder answer(DevicePrivateKey device, byte[] hello, RandomSource random) {
    if (hello.length != HELLO_BYTES) {
      throw SealException.malformed(
          "the first message of a handshake has %d bytes, not %d"
              .formatted(HELLO_BYTES, hello.length));
    }
    return new ChannelResponder(device, hello.clone(), DevicePrivateKey.generate(random));
  }

  /** The session's own public key, for evidence to name. */
  public byte[] sessionKey() {
    return ephemeral.publicKey().raw();
  }

  /**
   * Completes the handshake; this object cannot be used again.
   *
   * @param binding what else both sides must agree on, for example a digest of evidence; may be
   *     empty
   * @throws SealException if the caller's key is a point of small order
   */
  public Established finish(byte[] binding) {
    try (ephemeral) {
      ChannelKeys keys =
          ChannelKeys.derive(
              new ChannelKeys.Transcript(device.publicKey(), hello, sessionKey(), binding),
              device.agree(hello),
              ephemeral.agree(hello));
      byte[] reply =
          ByteBuffer.allocate(REPLY_BYTES).put(sessionKey()).put(keys.confirmation()).array();
      return new Established(reply, SecureChannel.ofTrusted(keys));
    }
  }

  /** Gives the handshake up. */
  @Override
  public void close() {
    ephemeral.close();
  }
}
