package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** Tells who made a model: an Ed25519 public key (RFC 8032). Equal if the key is. */
public final class VendorPublicKey {
  /** Length of the raw key. */
  public static final int BYTES = KeyKind.RAW_BYTES;

  private final byte[] raw;

  private VendorPublicKey(byte[] raw) {
    this.raw = raw;
  }

  /** The key whose 32 raw bytes are given. */
  public static VendorPublicKey of(byte[] raw) {
    KeyKind.VENDOR_PUBLIC.requireLength(raw);
    return new VendorPublicKey(raw.clone());
  }

  /** Reads X.509 SubjectPublicKeyInfo in PEM. */
  public static VendorPublicKey load(Path file) throws IOException {
    return new VendorPublicKey(KeyFiles.read(file, KeyKind.VENDOR_PUBLIC));
  }

  /** Reads X.509 SubjectPublicKeyInfo in PEM. */
  public static VendorPublicKey ofPem(byte[] pem) throws KeyFileException {
    return new VendorPublicKey(Pem.decode(pem, KeyKind.VENDOR_PUBLIC, "the text given"));
  }

  /** X.509 SubjectPublicKeyInfo in PEM. */
  public byte[] pem() {
    return Pem.encode(raw, KeyKind.VENDOR_PUBLIC);
  }

  /**
   * Creates {@code file} with this key in PEM.
   *
   * @throws KeyFileException if it exists already
   */
  public void save(Path file) throws IOException {
    KeyFiles.create(file, pem(), false);
  }

  /** A copy of the 32 raw bytes. */
  public byte[] raw() {
    return raw.clone();
  }

  /** SHA-256 of the raw key. */
  public Digest id() {
    return Digest.over(raw);
  }

  /** The key's name for people: {@code SHA256:} and {@link #id} in base64. */
  public String fingerprint() {
    return Fingerprint.of(id());
  }

  /** Whether {@code signature} is this vendor's over the parts one after another. */
  boolean verifies(byte[] signature, byte[]... parts) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      // A key that is no point of the curve is refused here: nothing verifies under it.
      ed25519.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(KeyKind.VENDOR_PUBLIC.der(raw))));
      for (byte[] part : parts) {
        ed25519.update(part);
      }
      return ed25519.verify(signature);
    } catch (SignatureException | InvalidKeyException | InvalidKeySpecException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks Ed25519", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VendorPublicKey key && Arrays.equals(raw, key.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return "vendor " + fingerprint();
  }
}
