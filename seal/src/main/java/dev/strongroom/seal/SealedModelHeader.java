package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_COUNT;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTHS;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTH_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.DEVICE_KEY_ID;
import static dev.strongroom.seal.SealedModelDescriptor.DIGEST_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.ENCAPSULATED_KEY;
import static dev.strongroom.seal.SealedModelDescriptor.FORMAT_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.HEADER_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MAGIC;
import static dev.strongroom.seal.SealedModelDescriptor.MAGIC_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_DIGEST_DOMAIN;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID_MAX_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.PIECE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PROGRAM_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PROGRAM_DIGEST;
import static dev.strongroom.seal.SealedModelDescriptor.RESERVED;
import static dev.strongroom.seal.SealedModelDescriptor.SIGNATURE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.SIGNATURE_DOMAIN;
import static dev.strongroom.seal.SealedModelDescriptor.TAG_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.VENDOR_KEY;
import static dev.strongroom.seal.SealedModelDescriptor.VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.WEIGHTS_DIGEST;
import static dev.strongroom.seal.SealedModelDescriptor.WRAPPED_KEY;
import static dev.strongroom.seal.SealedModelDescriptor.WRAPPED_KEY_BYTES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a sealed model says about itself. The bytes were copied once, before anything in them was
 * looked at, so that whoever owns the memory they came from cannot change them between check and
 * use.
 *
 * <p>Well formed is not genuine: what {@link #peek} returns is only a claim.
 */
public final class SealedModelHeader {
  private final byte[] bytes;
  private final ByteBuffer view;
  private final SealedLayout layout;
  private final ModelIdentity identity;

  private SealedModelHeader(byte[] bytes) {
    this.bytes = bytes;
    this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.layout =
        SealedLayout.of(
            view.getInt(PROGRAM_BYTES),
            view.getInt(PIECE_BYTES),
            view.getInt(CHUNK_COUNT),
            i -> view.getInt(CHUNK_LENGTHS + i * CHUNK_LENGTH_BYTES));
    this.identity = new ModelIdentity(readModelId(), readModelVersion());
    if (view.getInt(RESERVED) != 0) {
      throw SealException.malformed(
          "the reserved field of the header is %s, not 0"
              .formatted(Integer.toUnsignedString(view.getInt(RESERVED))));
    }
  }

  /**
   * Copies the header out of memory that anybody may change, and reads it without trust.
   *
   * @throws SealException if it is not well formed
   */
  public static SealedModelHeader peek(MemorySegment sealed) {
    byte[] fixed = new byte[CHUNK_LENGTHS];
    int shown = (int) Math.min(MAGIC_BYTES, sealed.byteSize());
    requireBytes(sealed, CHUNK_LENGTHS, shown);
    MemorySegment.copy(sealed, ValueLayout.JAVA_BYTE, 0, fixed, 0, CHUNK_LENGTHS);
    byte[] all = Arrays.copyOf(fixed, checkedHeaderBytes(fixed, sealed.byteSize()));
    MemorySegment.copy(
        sealed,
        ValueLayout.JAVA_BYTE,
        CHUNK_LENGTHS,
        all,
        CHUNK_LENGTHS,
        all.length - CHUNK_LENGTHS);
    return new SealedModelHeader(all);
  }

  /** As {@link #peek(MemorySegment)}, from a file. */
  public static SealedModelHeader peek(Path sealed) throws IOException {
    try (FileChannel channel = FileChannel.open(sealed);
        Arena arena = Arena.ofConfined()) {
      return peek(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    }
  }

  private static void requireBytes(MemorySegment sealed, int needed, int shown) {
    if (sealed.byteSize() < needed) {
      byte[] start = new byte[shown];
      MemorySegment.copy(sealed, ValueLayout.JAVA_BYTE, 0, start, 0, shown);
      requireMagic(start, shown);
      throw SealException.malformed(
          "a sealed model has at least %d bytes, and here are only %d"
              .formatted(needed, sealed.byteSize()));
    }
  }

  private static void requireMagic(byte[] start, int length) {
    byte[] magic = SealedModelDescriptor.magic();
    if (length == 0 || !Arrays.equals(start, 0, length, magic, 0, length)) {
      throw SealException.malformed(
          "this is no sealed model: it begins with \"%s\", not with \"%s\""
              .formatted(
                  new String(start, 0, length, ISO_8859_1).replaceAll("[^ -~]", "?"),
                  new String(magic, US_ASCII)));
    }
  }

  /** The length of the whole header, once it is proved that so many bytes are there. */
  private static int checkedHeaderBytes(byte[] fixed, long available) {
    requireMagic(Arrays.copyOfRange(fixed, MAGIC, MAGIC + MAGIC_BYTES), MAGIC_BYTES);
    ByteBuffer view = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
    int version = view.getInt(FORMAT_VERSION);
    if (version != VERSION) {
      throw SealException.malformed(
          "this sealed model has format version %s; known here is %d"
              .formatted(Integer.toUnsignedString(version), VERSION));
    }
    int chunkCount = view.getInt(CHUNK_COUNT);
    int pieceCount =
        SealedLayout.pieceCount(view.getInt(PROGRAM_BYTES), view.getInt(PIECE_BYTES), chunkCount);
    int needed = SealedLayout.headerBytes(pieceCount, chunkCount);
    int declared = view.getInt(HEADER_BYTES);
    if (declared != needed) {
      throw SealException.malformed(
          "the header says it has %s bytes, but with %d pieces and %d chunks it has %d"
              .formatted(Integer.toUnsignedString(declared), pieceCount, chunkCount, needed));
    }
    if (available < needed) {
      throw SealException.malformed(
          "the header has %d bytes, and here are only %d".formatted(needed, available));
    }
    return needed;
  }

  private String readModelId() {
    int length = view.getInt(MODEL_ID_BYTES);
    if (length < 1 || length > MODEL_ID_MAX_BYTES) {
      throw SealException.malformed(
          "the length of the model id is %s, outside 1 to %d"
              .formatted(Integer.toUnsignedString(length), MODEL_ID_MAX_BYTES));
    }
    for (int i = 0; i < MODEL_ID_MAX_BYTES; i++) {
      byte b = bytes[MODEL_ID + i];
      boolean allowed =
          (b >= 'A' && b <= 'Z')
              || (b >= 'a' && b <= 'z')
              || (b >= '0' && b <= '9')
              || b == '.'
              || b == '_'
              || b == '-';
      if (i < length ? !allowed : b != 0) {
        throw SealException.malformed(
            "the model id has the byte 0x%02x at position %d".formatted(b, i));
      }
    }
    return new String(bytes, MODEL_ID, length, US_ASCII);
  }

  private long readModelVersion() {
    long version = view.getLong(MODEL_VERSION);
    if (version < 1) {
      throw SealException.malformed(
          "the model version is %s, outside 1 to %d"
              .formatted(Long.toUnsignedString(version), Long.MAX_VALUE));
    }
    return version;
  }

  /** Name and version of the model. */
  public ModelIdentity identity() {
    return identity;
  }

  /** The vendor who claims to have signed it. */
  public VendorPublicKey vendor() {
    return VendorPublicKey.of(slice(VENDOR_KEY, VendorPublicKey.BYTES));
  }

  /** {@link DevicePublicKey#id} of the device it is sealed for. */
  public Digest deviceKeyId() {
    return Digest.of(slice(layout.modelSectionBytes() + DEVICE_KEY_ID, DIGEST_BYTES));
  }

  /** Length of the encoded Program. */
  public int programBytes() {
    return view.getInt(PROGRAM_BYTES);
  }

  /** SHA-256 of the encoded Program. */
  public Digest programDigest() {
    return Digest.of(slice(PROGRAM_DIGEST, DIGEST_BYTES));
  }

  /** SHA-256 of all weights. */
  public Digest weightsDigest() {
    return Digest.of(slice(WEIGHTS_DIGEST, DIGEST_BYTES));
  }

  /** Number of weight chunks. */
  public int chunkCount() {
    return layout.chunks().size();
  }

  /** Length of the plaintext of a chunk, counted from 0. */
  public int chunkLength(int chunk) {
    return layout.chunks().get(chunk).length();
  }

  /** Length of all weights. */
  public long weightsBytes() {
    return layout.chunks().stream().mapToLong(SealedPart::length).sum();
  }

  /** Length of this header: where the body begins. */
  public int headerBytes() {
    return bytes.length;
  }

  /** Length of the whole sealed model. */
  public long fileBytes() {
    return layout.fileBytes();
  }

  /** How long a staging buffer must be to open every part of this model. */
  public int stagingBytes() {
    return layout.longestPart() + TAG_BYTES;
  }

  /**
   * What every part is bound to: SHA-256 over a domain prefix, the fixed part of the header and the
   * lengths of the chunks. Sealing the same model again for another device leaves it as it is.
   */
  public Digest modelDigest() {
    return modelDigest(bytes, layout);
  }

  static Digest modelDigest(byte[] header, SealedLayout layout) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(MODEL_DIGEST_DOMAIN);
    sha256.update(header, 0, layout.digestedBytes());
    return Digest.of(sha256.digest());
  }

  /** Whether {@code vendor} signed this header. */
  boolean signedBy(VendorPublicKey vendor) {
    return vendor.verifies(
        slice(layout.signatureOffset(), SIGNATURE_BYTES),
        SIGNATURE_DOMAIN,
        slice(0, layout.signatureOffset()));
  }

  /** The model section, which is the same for every device. */
  byte[] modelSection() {
    return slice(0, layout.modelSectionBytes());
  }

  /** The content key, sealed for the device. */
  Hpke.Message wrappedKey() {
    int device = layout.modelSectionBytes();
    return new Hpke.Message(
        slice(device + ENCAPSULATED_KEY, Hpke.ENC_BYTES),
        slice(device + WRAPPED_KEY, WRAPPED_KEY_BYTES));
  }

  SealedLayout layout() {
    return layout;
  }

  /** Whether {@code digest} is the one that the header has for the part's ciphertext and tag. */
  boolean hasDigest(SealedPart part, byte[] digest) {
    int from = part.digestOffset();
    return Arrays.equals(digest, 0, DIGEST_BYTES, bytes, from, from + DIGEST_BYTES);
  }

  private byte[] slice(int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  @Override
  public String toString() {
    return "sealed model %s by %s".formatted(identity, vendor());
  }
}
