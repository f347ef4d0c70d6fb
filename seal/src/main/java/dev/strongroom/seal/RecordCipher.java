package dev.strongroom.seal;

import static dev.strongroom.seal.ChannelDescriptor.AAD_BYTES;
import static dev.strongroom.seal.ChannelDescriptor.AAD_COUNTER;
import static dev.strongroom.seal.ChannelDescriptor.AAD_DIRECTION;
import static dev.strongroom.seal.ChannelDescriptor.AAD_HEADER;
import static dev.strongroom.seal.ChannelDescriptor.AAD_MAGIC;
import static dev.strongroom.seal.ChannelDescriptor.MAX_RECORDS;
import static dev.strongroom.seal.ChannelDescriptor.NONCE_COUNTER;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Seals or opens the records of one direction; each has the next number, which never crosses. */
final class RecordCipher implements AutoCloseable {
  private final AesGcm cipher;
  private final byte[] nonce = new byte[AesGcm.NONCE_BYTES];
  private final byte[] aad = new byte[AAD_BYTES];
  private final ByteBuffer nonceView = ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer aadView = ByteBuffer.wrap(aad).order(ByteOrder.LITTLE_ENDIAN);
  private long counter;

  /** Owns {@code key}: it is wiped by {@link #close}. */
  RecordCipher(SecretBytes key, int direction) {
    cipher = new AesGcm(key);
    aadView.put(0, AAD_MAGIC).putInt(AAD_DIRECTION, direction);
  }

  private void next(byte[] header) {
    if (counter == MAX_RECORDS) {
      throw new SealException(
          SealException.Reason.CHANNEL_ENDED,
          "the session has carried %d records, the most that one may".formatted(MAX_RECORDS));
    }
    nonceView.putLong(NONCE_COUNTER, counter);
    aadView.putLong(AAD_COUNTER, counter).put(AAD_HEADER, header);
    counter++;
  }

  void seal(byte[] header, byte[] plaintext, int length, byte[] out) {
    next(header);
    cipher.seal(nonce, aad, plaintext, length, out);
  }

  boolean open(byte[] header, byte[] sealed, int length, byte[] out) {
    next(header);
    return cipher.open(nonce, aad, sealed, length, out);
  }

  @Override
  public void close() {
    cipher.close();
  }
}
