package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The binary layout of what crosses on a {@link SecureChannel}: two handshake messages, then
 * records; everything little-endian. docs/secure-channel.md is the whole specification.
 */
public final class ChannelDescriptor {
  /** Length of the caller's first message: its ephemeral X25519 public key. */
  public static final int HELLO_BYTES = 32;

  // The trusted side's answer.

  /** Ephemeral X25519 public key, 32 bytes. */
  public static final int REPLY_KEY = 0;

  /** Proof that the trusted side knows the device's private key, 32 bytes. */
  public static final int REPLY_CONFIRMATION = 32;

  public static final int REPLY_BYTES = 64;

  // A record: a header, the ciphertext, and a tag.

  /** u8: what kind of message the record belongs to. */
  public static final int RECORD_TYPE = 0;

  /** u8: {@link #LAST}, or 0. */
  public static final int RECORD_FLAGS = 1;

  /** u16: 0. */
  public static final int RECORD_RESERVED = 2;

  /** u32: length of the plaintext. */
  public static final int RECORD_LENGTH = 4;

  public static final int RECORD_HEADER_BYTES = 8;

  /** The flag of the last record of a message. */
  public static final int LAST = 1;

  /** What AES-256-GCM adds. */
  public static final int TAG_BYTES = 16;

  /** Longest plaintext of a record. */
  public static final int MAX_RECORD_BYTES = 1 << 15;

  /** Most records in one direction. */
  public static final long MAX_RECORDS = 1L << 32;

  // The additional authenticated data of a record, which does not cross.

  /** {@code SRRC} in ASCII. */
  static final byte[] AAD_MAGIC = "SRRC".getBytes(US_ASCII);

  /** u32: {@link #TO_TRUSTED} or {@link #TO_CALLER}. */
  static final int AAD_DIRECTION = 4;

  /** u64: number of the record in its direction, from 0. */
  static final int AAD_COUNTER = 8;

  /** The record's header. */
  static final int AAD_HEADER = 16;

  static final int AAD_BYTES = 24;
  static final int TO_TRUSTED = 1;
  static final int TO_CALLER = 2;

  /** Where the u64 counter lies in the nonce; the bytes before it are 0. */
  static final int NONCE_COUNTER = 4;

  static final byte[] TRANSCRIPT_DOMAIN = "strongroom session v1\0".getBytes(US_ASCII);
  static final byte[] KEYS_INFO = "strongroom session v1 keys".getBytes(US_ASCII);

  private ChannelDescriptor() {}
}
