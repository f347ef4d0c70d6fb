package dev.strongroom.seal;

import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_COUNT;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTHS;
import static dev.strongroom.seal.SealedModelDescriptor.CHUNK_LENGTH_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.DEVICE_KEY_ID;
import static dev.strongroom.seal.SealedModelDescriptor.ENCAPSULATED_KEY;
import static dev.strongroom.seal.SealedModelDescriptor.FORMAT_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.HEADER_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MAGIC;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_ID_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.MODEL_VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.PIECE_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PROGRAM_BYTES;
import static dev.strongroom.seal.SealedModelDescriptor.PROGRAM_DIGEST;
import static dev.strongroom.seal.SealedModelDescriptor.SIGNATURE_DOMAIN;
import static dev.strongroom.seal.SealedModelDescriptor.VENDOR_KEY;
import static dev.strongroom.seal.SealedModelDescriptor.VERSION;
import static dev.strongroom.seal.SealedModelDescriptor.WEIGHTS_DIGEST;
import static dev.strongroom.seal.SealedModelDescriptor.WRAPPED_KEY;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.strongroom.program.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a header in the order in which its parts become known: what is sealed, the digests of the
 * ciphertexts, then a device section and the signature, which can be renewed for another device.
 */
final class SealedHeaderWriter {
  private final byte[] bytes;
  private final ByteBuffer view;
  private final SealedLayout layout;

  private SealedHeaderWriter(byte[] bytes, SealedLayout layout) {
    this.bytes = bytes;
    this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.layout = layout;
  }

  /**
   * @throws SealException if the content does not fit the format
   */
  static SealedHeaderWriter of(
      ModelContent content, ModelIdentity identity, VendorPublicKey vendor) {
    List<Integer> chunks = content.chunkLengths();
    int pieceBytes = content.pieceBytes();
    SealedLayout layout =
        SealedLayout.of(content.program().length, pieceBytes, chunks.size(), chunks::get);
    SealedHeaderWriter writer = new SealedHeaderWriter(new byte[layout.headerBytes()], layout);
    byte[] id = identity.id().getBytes(US_ASCII);
    writer
        .view
        .put(MAGIC, SealedModelDescriptor.magic())
        .putInt(FORMAT_VERSION, VERSION)
        .putInt(HEADER_BYTES, layout.headerBytes())
        .putLong(MODEL_VERSION, identity.version())
        .putInt(PROGRAM_BYTES, content.program().length)
        .putInt(PIECE_BYTES, pieceBytes)
        .putInt(CHUNK_COUNT, chunks.size())
        .put(PROGRAM_DIGEST, Digest.over(content.program()).bytes())
        .put(WEIGHTS_DIGEST, content.weightsDigest().bytes())
        .put(VENDOR_KEY, vendor.raw())
        .putInt(MODEL_ID_BYTES, id.length)
        .put(MODEL_ID, id);
    for (int i = 0; i < chunks.size(); i++) {
      writer.view.putInt(CHUNK_LENGTHS + i * CHUNK_LENGTH_BYTES, chunks.get(i));
    }
    return writer;
  }

  /** Continues from the model section of an existing header, for another device. */
  static SealedHeaderWriter from(SealedModelHeader header) {
    return new SealedHeaderWriter(
        Arrays.copyOf(header.modelSection(), header.headerBytes()), header.layout());
  }

  SealedLayout layout() {
    return layout;
  }

  Digest modelDigest() {
    return SealedModelHeader.modelDigest(bytes, layout);
  }

  void digest(SealedPart part, byte[] digest) {
    view.put(part.digestOffset(), digest);
  }

  /**
   * Adds the device section and the signature, once all digests are there.
   *
   * @return the whole header
   */
  byte[] finish(
      SecretBytes contentKey,
      DevicePublicKey device,
      VendorPrivateKey vendor,
      RandomSource random) {
    int section = layout.modelSectionBytes();
    Hpke.Message wrapped = KeyWrap.wrap(contentKey, Arrays.copyOf(bytes, section), device, random);
    view.put(section + DEVICE_KEY_ID, device.id().bytes())
        .put(section + ENCAPSULATED_KEY, wrapped.enc())
        .put(section + WRAPPED_KEY, wrapped.ciphertext());
    int signed = layout.signatureOffset();
    view.put(signed, vendor.sign(SIGNATURE_DOMAIN, Arrays.copyOf(bytes, signed)));
    return bytes.clone();
  }
}
