package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The binary layout of a sealed model: everything little-endian, no padding but where named. In
 * order: the fixed part, the chunks' lengths, the digests, the device section, the signature (these
 * are the header), the body. docs/sealed-model.md is the whole specification.
 */
public final class SealedModelDescriptor {
  /** The value of {@link #FORMAT_VERSION}. */
  public static final int VERSION = 1;

  // The model section: the fixed part.

  /** 8 bytes, {@link #magic}. */
  public static final int MAGIC = 0;

  public static final int MAGIC_BYTES = 8;

  /** u32. */
  public static final int FORMAT_VERSION = 8;

  /** u32: length of the header, signature included; the body begins there. */
  public static final int HEADER_BYTES = 12;

  /** u64, 1 to 2^63 - 1. */
  public static final int MODEL_VERSION = 16;

  /** u32: length of the encoded Program. */
  public static final int PROGRAM_BYTES = 24;

  /** u32: length of each piece of the Program but the last, which has the rest. */
  public static final int PIECE_BYTES = 28;

  /** u32: number of weight chunks. */
  public static final int CHUNK_COUNT = 32;

  /** u32, 0 in this version. */
  public static final int RESERVED = 36;

  /** SHA-256 of the encoded Program. */
  public static final int PROGRAM_DIGEST = 40;

  /** SHA-256 of the plaintext of all chunks, one after another. */
  public static final int WEIGHTS_DIGEST = 72;

  /** The vendor's raw Ed25519 public key, 32 bytes. */
  public static final int VENDOR_KEY = 104;

  /** u32: length of the model id in UTF-8, 1 to {@link #MODEL_ID_MAX_BYTES}. */
  public static final int MODEL_ID_BYTES = 136;

  /** The model id, filled up with zeros. */
  public static final int MODEL_ID = 140;

  public static final int MODEL_ID_MAX_BYTES = 64;

  /** Length of the fixed part; here begin the lengths of the chunks, a u32 each. */
  public static final int CHUNK_LENGTHS = 204;

  public static final int CHUNK_LENGTH_BYTES = 4;

  // Then a digest for each piece and for each chunk: SHA-256 of its ciphertext and tag.
  public static final int DIGEST_BYTES = 32;

  // The device section, offsets from its start.

  /** SHA-256 of the device's raw X25519 public key. */
  public static final int DEVICE_KEY_ID = 0;

  /** HPKE's encapsulated key, 32 bytes. */
  public static final int ENCAPSULATED_KEY = 32;

  /** The content key, sealed with HPKE: 32 bytes and a tag. */
  public static final int WRAPPED_KEY = 64;

  public static final int WRAPPED_KEY_BYTES = 48;

  /** Length of the device section; the signature follows. */
  public static final int DEVICE_SECTION_BYTES = 112;

  /** Length of the Ed25519 signature over all of the header before it. */
  public static final int SIGNATURE_BYTES = 64;

  // Limits.

  /** What AES-256-GCM adds to each piece and chunk in the body. */
  public static final int TAG_BYTES = 16;

  /** Longest encoded Program. */
  public static final int MAX_PROGRAM_BYTES = 1 << 24;

  /** Longest piece of it. */
  public static final int MAX_PIECE_BYTES = 1 << 15;

  /** Longest plaintext of a chunk. */
  public static final int MAX_CHUNK_BYTES = 1 << 24;

  /** Most chunks, and most pieces. */
  public static final int MAX_PARTS = 1 << 16;

  /** What is added to the number of a piece, so that no chunk has its index. */
  public static final int PIECE_INDEX_BASE = 0x8000_0000;

  // Domain separation: what is hashed, signed or wrapped for one purpose serves no other.
  static final byte[] MODEL_DIGEST_DOMAIN = "strongroom model v1\0".getBytes(US_ASCII);
  static final byte[] SIGNATURE_DOMAIN =
      "strongroom sealed model signature v1\0".getBytes(US_ASCII);
  static final byte[] WRAP_DOMAIN = "strongroom sealed model v1".getBytes(US_ASCII);
  static final byte[] PART_AAD_MAGIC = "SRCH".getBytes(US_ASCII);

  /** Length of the additional authenticated data of a piece or chunk. */
  static final int PART_AAD_BYTES = 4 + 4 + DIGEST_BYTES;

  private static final byte[] MAGIC_VALUE = "SRSEALED".getBytes(US_ASCII);

  private SealedModelDescriptor() {}

  /** The bytes at {@link #MAGIC}: {@code SRSEALED} in ASCII. */
  public static byte[] magic() {
    return MAGIC_VALUE.clone();
  }
}
