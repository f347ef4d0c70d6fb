package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Seals models: signed by a vendor, readable for one device. Every sealing takes a fresh content
 * key. The result is described in docs/sealed-model.md.
 */
public final class Sealer {
  private final VendorPrivateKey vendor;
  private final DevicePublicKey device;
  private final RandomSource random;

  private Sealer(VendorPrivateKey vendor, DevicePublicKey device, RandomSource random) {
    this.vendor = vendor;
    this.device = device;
    this.random = random;
  }

  /** A sealer that signs with {@code vendor}, which stays the caller's to close. */
  public static Sealer of(VendorPrivateKey vendor, DevicePublicKey device) {
    return new Sealer(vendor, device, RandomSource.SECURE);
  }

  static Sealer of(VendorPrivateKey vendor, DevicePublicKey device, RandomSource random) {
    return new Sealer(vendor, device, random);
  }

  /**
   * Seals in memory.
   *
   * @throws SealException if the content does not fit the format
   * @throws IllegalArgumentException if the weights' digest is another, or the sealed model would
   *     not fit an array
   */
  public byte[] seal(ModelContent content, ModelIdentity identity) {
    SealedHeaderWriter header = SealedHeaderWriter.of(content, identity, vendor.publicKey());
    long size = header.layout().fileBytes();
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a sealed model of " + size + " bytes is too long for memory; seal it to a file");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    try {
      write(
          content,
          header,
          (position, bytes) -> all.put(Math.toIntExact(position), bytes, 0, bytes.remaining()),
          ProgressListener.NONE);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return all.array();
  }

  /**
   * Seals into {@code file}, which appears when it is complete; only one chunk at a time is held in
   * memory.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists and is to be kept
   * @throws SealException if the content does not fit the format
   * @throws IllegalArgumentException if the weights' digest is another
   */
  public void seal(
      ModelContent content,
      ModelIdentity identity,
      Path file,
      ExistingFile existing,
      ProgressListener progress)
      throws IOException {
    SealedHeaderWriter header = SealedHeaderWriter.of(content, identity, vendor.publicKey());
    try (NewFile target = NewFile.beside(file, existing)) {
      write(content, header, sink(target.channel()), progress);
      target.publish();
    }
  }

  /**
   * Seals a model that was sealed for one device for this sealer's device too, into {@code file}.
   * Chunks, Program and content key stay as they are; only the device section and the signature are
   * new. The whole model is verified first.
   *
   * @param holder key of the device that the model is sealed for now; stays the caller's to close
   * @throws java.nio.file.FileAlreadyExistsException if {@code file} exists and is to be kept
   * @throws SealException if the model is not as this sealer's vendor sealed it, or not for {@code
   *     holder}
   */
  public void reseal(Path sealed, DevicePrivateKey holder, Path file, ExistingFile existing)
      throws IOException {
    try (FileChannel source = FileChannel.open(sealed);
        Arena arena = Arena.ofConfined();
        NewFile target = NewFile.beside(file, existing)) {
      MemorySegment all = source.map(FileChannel.MapMode.READ_ONLY, 0, source.size(), arena);
      SealReport report = SealVerifier.verify(all, vendor.publicKey());
      if (!report.ok()) {
        throw SealException.forged(String.join("; ", report.faults()));
      }
      SealedModelHeader old = report.header().orElseThrow();
      byte[] header;
      try (SecretBytes contentKey = SealedModelOpener.contentKey(old, holder)) {
        header = SealedHeaderWriter.from(old).finish(contentKey, device, vendor, random);
      }
      Sink sink = sink(target.channel());
      sink.write(0, ByteBuffer.wrap(header));
      for (SealedPart part : old.layout().parts()) {
        sink.write(part.offset(), all.asSlice(part.offset(), part.sealedLength()).asByteBuffer());
      }
      target.publish();
    }
  }

  /** Where the sealed bytes go. */
  @FunctionalInterface
  private interface Sink {
    void write(long position, ByteBuffer bytes) throws IOException;
  }

  private static Sink sink(FileChannel channel) {
    return (position, bytes) -> {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    };
  }

  private void write(
      ModelContent content, SealedHeaderWriter header, Sink sink, ProgressListener progress)
      throws IOException {
    SealedLayout layout = header.layout();
    MessageDigest weights = Digest.sha256();
    byte[] contentKey = random.bytes(AesGcm.KEY_BYTES);
    // The cipher owns and wipes one copy, the wrapping below the other.
    try (SecretBytes wrapped = SecretBytes.owning("AES", contentKey);
        PartCipher cipher =
            new PartCipher(SecretBytes.owning("AES", contentKey.clone()), header.modelDigest());
        PartSealer parts = new PartSealer(cipher, header, sink, progress)) {
      ByteBuffer program = ByteBuffer.wrap(content.program());
      for (SealedPart piece : layout.pieces()) {
        parts.seal(piece, program, Digest.sha256());
      }
      ByteBuffer rest = content.weights().duplicate();
      for (SealedPart chunk : layout.chunks()) {
        parts.seal(chunk, rest, weights);
      }
      Digest found = Digest.of(weights.digest());
      if (!found.equals(content.weightsDigest())) {
        throw new IllegalArgumentException(
            "the weights' digest is %s, not %s as was said"
                .formatted(found, content.weightsDigest()));
      }
      byte[] finished = header.finish(wrapped, device, vendor, random);
      sink.write(0, ByteBuffer.wrap(finished));
    }
    progress.progress(layout.fileBytes(), layout.fileBytes());
  }

  /** Seals one part after another through the same two buffers. */
  private static final class PartSealer implements AutoCloseable {
    private final PartCipher cipher;
    private final SealedHeaderWriter header;
    private final Sink sink;
    private final ProgressListener progress;
    private final byte[] plaintext;
    private final byte[] sealed;
    private final MessageDigest sealedDigest = Digest.sha256();

    PartSealer(PartCipher cipher, SealedHeaderWriter header, Sink sink, ProgressListener progress) {
      this.cipher = cipher;
      this.header = header;
      this.sink = sink;
      this.progress = progress;
      int longest = header.layout().longestPart();
      this.plaintext = new byte[longest];
      this.sealed = new byte[longest + AesGcm.TAG_BYTES];
    }

    void seal(SealedPart part, ByteBuffer from, MessageDigest plaintextDigest) throws IOException {
      from.get(plaintext, 0, part.length());
      plaintextDigest.update(plaintext, 0, part.length());
      cipher.seal(part, plaintext, sealed);
      sealedDigest.update(sealed, 0, part.sealedLength());
      header.digest(part, sealedDigest.digest());
      sink.write(part.offset(), ByteBuffer.wrap(sealed, 0, part.sealedLength()));
      progress.progress(part.end() - header.layout().headerBytes(), header.layout().fileBytes());
    }

    @Override
    public void close() {
      Arrays.fill(plaintext, (byte) 0);
    }
  }
}
