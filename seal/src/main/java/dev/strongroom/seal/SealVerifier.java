package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a sealed model is as its vendor sealed it, and what exactly is wrong if not. It
 * needs no device key: the vendor signed the digest of every ciphertext.
 */
public final class SealVerifier {
  private SealVerifier() {}

  /** Verifies a file. */
  public static SealReport verify(Path sealed, VendorPublicKey vendor) throws IOException {
    try (FileChannel channel = FileChannel.open(sealed);
        Arena arena = Arena.ofConfined()) {
      return verify(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), vendor);
    }
  }

  /** Verifies what is in {@code sealed}, which is exactly the sealed model. */
  public static SealReport verify(MemorySegment sealed, VendorPublicKey vendor) {
    SealedModelHeader header;
    try {
      header = SealedModelHeader.peek(sealed);
    } catch (SealException e) {
      return new SealReport(Optional.empty(), List.of(e.getMessage()));
    }
    return new SealReport(Optional.of(header), faults(sealed, header, vendor));
  }

  private static List<String> faults(
      MemorySegment sealed, SealedModelHeader header, VendorPublicKey vendor) {
    // Without the signature the digests are worth nothing, so the body is not looked at.
    if (!header.vendor().equals(vendor)) {
      return List.of(
          "signed by another vendor: %s, not %s"
              .formatted(header.vendor().fingerprint(), vendor.fingerprint()));
    }
    if (!header.signedBy(vendor)) {
      return List.of(signatureFault(vendor));
    }
    List<String> faults = new ArrayList<>();
    if (sealed.byteSize() != header.fileBytes()) {
      faults.add(lengthFault(sealed.byteSize(), header));
    }
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[header.stagingBytes()];
    for (SealedPart part : header.layout().parts()) {
      if (part.end() > sealed.byteSize()) {
        faults.add("%s and all after it are missing".formatted(header.layout().name(part)));
        break;
      }
      int length = part.sealedLength();
      MemorySegment.copy(sealed, ValueLayout.JAVA_BYTE, part.offset(), buffer, 0, length);
      sha256.update(buffer, 0, length);
      if (!header.hasDigest(part, sha256.digest())) {
        faults.add(digestFault(part, header));
      }
    }
    return faults;
  }

  static String signatureFault(VendorPublicKey vendor) {
    return "the header was changed: the signature of vendor %s does not match it"
        .formatted(vendor.fingerprint());
  }

  static String lengthFault(long found, SealedModelHeader header) {
    long difference = found - header.fileBytes();
    return "the file is %d bytes %s than its header says: %d, not %d"
        .formatted(
            Math.abs(difference), difference > 0 ? "longer" : "shorter", found, header.fileBytes());
  }

  static String digestFault(SealedPart part, SealedModelHeader header) {
    return "%s was changed: its digest differs".formatted(header.layout().name(part));
  }
}
