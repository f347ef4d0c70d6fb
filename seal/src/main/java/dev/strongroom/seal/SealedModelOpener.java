package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;

/**
 * The trusted side of a sealed model: lets in only what a trusted vendor signed and sealed for this
 * device, one part at a time.
 *
 * <p>The sealed model lies in memory that the normal world may change at any moment. Its header was
 * copied in when it was opened; the ciphertext of a part is copied into the caller's staging buffer
 * before anything is checked, and never read again from outside. The staging buffer must lie in
 * memory that the normal world cannot reach.
 *
 * <p>A part counts only if its ciphertext has the digest that the vendor signed <em>and</em> it is
 * authentic under the content key: other devices of the vendor know that key too, and one of them
 * may have lost it. The digest takes eight times as long as the rest. So a chunk that is opened a
 * second time is sealed anew where it lies, under a key that nobody else has; from then on its tag
 * alone proves it, since nobody else can make one.
 *
 * <p>The JDK's AES-GCM works on arrays, so that one part's plaintext at a time passes through one
 * array on the heap, which is wiped before the method returns. Not for concurrent use.
 */
public final class SealedModelOpener implements AutoCloseable {
  private final MemorySegment shared;
  private final SealedModelHeader header;
  private final PartCipher cipher;
  private final MessageDigest sealedDigest = Digest.sha256();
  private final byte[] sealed;
  private final byte[] plaintext;

  /** Under a random key that exists only here, and only as long as this opener. */
  private final PartCipher own;

  private final BitSet openedOnce = new BitSet();

  /** Chunks that lie in the shared memory under the key of {@link #own}. */
  private final BitSet resealed = new BitSet();

  private SealedModelOpener(MemorySegment shared, SealedModelHeader header, PartCipher cipher) {
    this.shared = shared;
    this.header = header;
    this.cipher = cipher;
    this.own =
        new PartCipher(
            SecretBytes.owning("AES", RandomSource.SECURE.bytes(AesGcm.KEY_BYTES)),
            header.modelDigest());
    this.plaintext = new byte[header.layout().longestPart()];
    this.sealed = new byte[header.stagingBytes()];
  }

  /**
   * Checks who signed the model and for which device it is, and unwraps its content key.
   *
   * @param shared exactly the sealed model, in memory that need not be trusted; {@link #openChunk}
   *     writes to it
   * @param device stays the caller's to close; not needed any more afterwards
   * @param trusted the vendors whose models may run here
   * @throws SealException if anything about it is not as it must be
   */
  public static SealedModelOpener open(
      MemorySegment shared, DevicePrivateKey device, Collection<VendorPublicKey> trusted) {
    SealedModelHeader header = SealedModelHeader.peek(shared);
    requireSignature(header, trusted);
    if (shared.byteSize() != header.fileBytes()) {
      throw SealException.malformed(SealVerifier.lengthFault(shared.byteSize(), header));
    }
    return new SealedModelOpener(
        shared, header, new PartCipher(contentKey(header, device), header.modelDigest()));
  }

  /**
   * The content key of a model whose signature was checked.
   *
   * @throws SealException if the model is sealed for another device
   */
  static SecretBytes contentKey(SealedModelHeader header, DevicePrivateKey device) {
    if (!header.deviceKeyId().equals(device.publicKey().id())) {
      throw new SealException(
          SealException.Reason.WRONG_DEVICE,
          "the model is sealed for device %s, and this is %s"
              .formatted(Fingerprint.of(header.deviceKeyId()), device.publicKey().fingerprint()));
    }
    return KeyWrap.unwrap(header.wrappedKey(), header.modelSection(), device);
  }

  /** Before this, nothing in the header counts for more than finding the signature. */
  private static void requireSignature(
      SealedModelHeader header, Collection<VendorPublicKey> trusted) {
    VendorPublicKey vendor = header.vendor();
    if (!trusted.contains(vendor)) {
      throw new SealException(
          SealException.Reason.UNTRUSTED_VENDOR,
          "the model is signed by vendor %s, who is none of the %d trusted here"
              .formatted(vendor.fingerprint(), trusted.size()));
    }
    if (!header.signedBy(vendor)) {
      throw SealException.forged(SealVerifier.signatureFault(vendor));
    }
  }

  /** The header, which is genuine. */
  public SealedModelHeader header() {
    return header;
  }

  /** How long the staging buffer must be. */
  public int stagingBytes() {
    return header.stagingBytes();
  }

  /**
   * Opens the encoded Program into the first {@link SealedModelHeader#programBytes} bytes of {@code
   * into}, and checks its digest.
   *
   * @throws SealException if it was changed; {@code into} is wiped then
   */
  public void openProgram(MemorySegment staging, MemorySegment into) {
    requireRoom("the Program", into, header.programBytes());
    MessageDigest digest = Digest.sha256();
    boolean complete = false;
    long offset = 0;
    try {
      for (SealedPart piece : header.layout().pieces()) {
        open(piece, staging);
        digest.update(plaintext, 0, piece.length());
        MemorySegment.copy(plaintext, 0, into, ValueLayout.JAVA_BYTE, offset, piece.length());
        offset += piece.length();
      }
      Digest found = Digest.of(digest.digest());
      if (!found.equals(header.programDigest())) {
        throw SealException.forged(
            "the Program's digest is %s, not %s as the vendor signed"
                .formatted(found, header.programDigest()));
      }
      complete = true;
    } finally {
      Arrays.fill(plaintext, (byte) 0);
      if (!complete) {
        into.asSlice(0, header.programBytes()).fill((byte) 0);
      }
    }
  }

  /**
   * Opens a weight chunk into the first {@link SealedModelHeader#chunkLength} bytes of {@code
   * into}. The second time it is also sealed anew.
   *
   * @param chunk its number, from 0
   * @throws SealException if it was changed; nothing is written to {@code into} then
   */
  public void openChunk(int chunk, MemorySegment staging, MemorySegment into) {
    SealedPart part = header.layout().chunks().get(chunk);
    requireRoom("a chunk", into, part.length());
    try {
      open(part, staging);
      resealIfOpenedAgain(part);
      MemorySegment.copy(plaintext, 0, into, ValueLayout.JAVA_BYTE, 0, part.length());
    } finally {
      Arrays.fill(plaintext, 0, part.length(), (byte) 0);
    }
  }

  /** Copies a part in, checks it, and leaves its plaintext in the array. */
  private void open(SealedPart part, MemorySegment staging) {
    int length = part.sealedLength();
    requireRoom("staging", staging, length);
    MemorySegment.copy(shared, part.offset(), staging, 0, length);
    MemorySegment.copy(staging, ValueLayout.JAVA_BYTE, 0, sealed, 0, length);
    if (part.kind() == SealedPart.Kind.CHUNK && resealed.get(part.number())) {
      if (!own.open(part, sealed, plaintext)) {
        throw SealException.forged(
            "%s was changed while it was loaded".formatted(header.layout().name(part)));
      }
      return;
    }
    sealedDigest.update(sealed, 0, length);
    if (!header.hasDigest(part, sealedDigest.digest())) {
      throw SealException.forged(SealVerifier.digestFault(part, header));
    }
    if (!cipher.open(part, sealed, plaintext)) {
      throw SealException.forged(
          "%s is not authentic under the model's key".formatted(header.layout().name(part)));
    }
  }

  /**
   * Seals the chunk whose plaintext is in the array anew if it was opened before, and was not yet:
   * its nonce must serve only once.
   */
  private void resealIfOpenedAgain(SealedPart part) {
    int chunk = part.number();
    if (!openedOnce.get(chunk)) {
      openedOnce.set(chunk);
    } else if (!resealed.get(chunk)) {
      own.seal(part, plaintext, sealed);
      MemorySegment.copy(
          sealed, 0, shared, ValueLayout.JAVA_BYTE, part.offset(), part.sealedLength());
      resealed.set(chunk);
    }
  }

  private static void requireRoom(String what, MemorySegment segment, long needed) {
    if (segment.byteSize() < needed) {
      throw new IllegalArgumentException(
          "insufficient room for %s: needed=%d, had=%d"
              .formatted(what, needed, segment.byteSize()));
    }
  }

  @Override
  public void close() {
    cipher.close();
    own.close();
    Arrays.fill(plaintext, (byte) 0);
  }
}
