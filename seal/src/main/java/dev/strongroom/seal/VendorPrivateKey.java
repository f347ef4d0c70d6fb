package dev.strongroom.seal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Signs models: an Ed25519 private key (RFC 8032). Our own copy of the key is wiped by {@link
 * #close}; copies that the JDK's provider makes while it signs live until they are collected.
 */
public final class VendorPrivateKey implements AutoCloseable {
  private static final String ALGORITHM = "Ed25519";

  private final SecretBytes seed;
  private final VendorPublicKey publicKey;

  private VendorPrivateKey(byte[] seed) {
    this.seed = SecretBytes.owning(ALGORITHM, seed);
    this.publicKey = VendorPublicKey.of(publicKeyOf(seed));
  }

  /** A fresh key. */
  public static VendorPrivateKey generate() {
    return generate(RandomSource.SECURE);
  }

  static VendorPrivateKey generate(RandomSource random) {
    return new VendorPrivateKey(random.bytes(KeyKind.RAW_BYTES));
  }

  /** The key whose 32 raw bytes (RFC 8032's seed) are given; copied. */
  static VendorPrivateKey ofRaw(byte[] raw) {
    KeyKind.VENDOR_PRIVATE.requireLength(raw);
    return new VendorPrivateKey(raw.clone());
  }

  /**
   * Reads PKCS#8 in PEM.
   *
   * @throws KeyFileException if it holds another kind of key, or others may read the file
   */
  public static VendorPrivateKey load(Path file) throws IOException {
    return new VendorPrivateKey(KeyFiles.read(file, KeyKind.VENDOR_PRIVATE));
  }

  /** Where {@link #save} puts the public key: {@code a.pub} for {@code a.key} and for {@code a}. */
  public static Path publicFile(Path privateFile) {
    Path name = privateFile.getFileName();
    if (name == null) {
      throw new IllegalArgumentException(privateFile + " is no name for a file");
    }
    String text = name.toString();
    String stem = text.endsWith(".key") ? text.substring(0, text.length() - 4) : text;
    return privateFile.resolveSibling(stem + ".pub");
  }

  /**
   * Creates {@code file} (PKCS#8 in PEM, mode 0600) and the public key beside it.
   *
   * @return the file of the public key, {@link #publicFile}
   * @throws KeyFileException if either exists already; nothing is written then
   */
  public Path save(Path file) throws IOException {
    Path publicFile = publicFile(file);
    byte[] pem = Pem.encode(seed.borrow(), KeyKind.VENDOR_PRIVATE);
    try {
      KeyFiles.createPair(file, pem, publicFile, publicKey.pem());
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
    return publicFile;
  }

  public VendorPublicKey publicKey() {
    return publicKey;
  }

  /** The 64-byte signature over the parts one after another. */
  byte[] sign(byte[]... parts) {
    byte[] der = KeyKind.VENDOR_PRIVATE.der(seed.borrow());
    try {
      Signature ed25519 = Signature.getInstance(ALGORITHM);
      ed25519.initSign(
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der)));
      for (byte[] part : parts) {
        ed25519.update(part);
      }
      return ed25519.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks Ed25519", e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /**
   * The JDK derives an Ed25519 public key only when it makes a pair, so we let it make the pair
   * whose random seed is ours, and check that it did.
   */
  private static byte[] publicKeyOf(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, new SeedOnly(seed));
      var pair = generator.generateKeyPair();
      byte[] der = pair.getPrivate().getEncoded();
      boolean ours = Arrays.equals(KeyKind.VENDOR_PRIVATE.raw(der), seed);
      Arrays.fill(der, (byte) 0);
      if (!ours) {
        throw new IllegalStateException("this Java platform makes Ed25519 keys in an unknown way");
      }
      PublicKey publicKey = pair.getPublic();
      return KeyKind.VENDOR_PUBLIC.raw(publicKey.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks Ed25519", e);
    }
  }

  /** Wipes the key; it cannot be used afterwards. */
  @Override
  public void close() {
    seed.close();
  }

  @Override
  public String toString() {
    return "private key of " + publicKey;
  }

  /** "Random" bytes that are the seed. */
  private static final class SeedOnly extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient byte[] seed;

    SeedOnly(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
