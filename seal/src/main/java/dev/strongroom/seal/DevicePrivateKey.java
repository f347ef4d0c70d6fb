package dev.strongroom.seal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Opens what is sealed for a device: an X25519 private key (RFC 7748), for the trusted side alone.
 * Our own copy of the key is wiped by {@link #close}.
 */
public final class DevicePrivateKey implements AutoCloseable {
  /** Name of the private key in the directory of a device. */
  public static final String PRIVATE_FILE = "device.key";

  /** Name of the public key in the directory of a device. */
  public static final String PUBLIC_FILE = "device.pub";

  private final SecretBytes scalar;
  private final DevicePublicKey publicKey;

  private DevicePrivateKey(byte[] scalar) {
    this.scalar = SecretBytes.owning("X25519", scalar);
    this.publicKey = DevicePublicKey.of(X25519.publicKey(scalar));
  }

  /** A fresh key. */
  public static DevicePrivateKey generate() {
    return generate(RandomSource.SECURE);
  }

  static DevicePrivateKey generate(RandomSource random) {
    return new DevicePrivateKey(random.bytes(KeyKind.RAW_BYTES));
  }

  /** The key whose 32 raw bytes are given; copied. */
  static DevicePrivateKey ofRaw(byte[] raw) {
    KeyKind.DEVICE_PRIVATE.requireLength(raw);
    return new DevicePrivateKey(raw.clone());
  }

  /**
   * Reads PKCS#8 in PEM.
   *
   * @throws KeyFileException if it holds another kind of key, or others may read the file
   */
  public static DevicePrivateKey load(Path file) throws IOException {
    return new DevicePrivateKey(KeyFiles.read(file, KeyKind.DEVICE_PRIVATE));
  }

  /** Reads PKCS#8 in PEM; the caller wipes {@code pem}. */
  public static DevicePrivateKey ofPem(byte[] pem) throws KeyFileException {
    return new DevicePrivateKey(Pem.decode(pem, KeyKind.DEVICE_PRIVATE, "the text given"));
  }

  /** PKCS#8 in PEM; the caller wipes it. */
  public byte[] pem() {
    return Pem.encode(scalar.borrow(), KeyKind.DEVICE_PRIVATE);
  }

  /**
   * Creates {@link #PRIVATE_FILE} (PKCS#8 in PEM, mode 0600) and {@link #PUBLIC_FILE} in {@code
   * directory}, which is created with mode 0700 if need be.
   *
   * @throws KeyFileException if either file exists already; nothing is written then
   */
  public void save(Path directory) throws IOException {
    KeyFiles.createDirectory(directory);
    byte[] pem = pem();
    try {
      KeyFiles.createPair(
          directory.resolve(PRIVATE_FILE), pem, directory.resolve(PUBLIC_FILE), publicKey.pem());
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  public DevicePublicKey publicKey() {
    return publicKey;
  }

  /**
   * The 32-byte X25519 secret shared with {@code peer} (32 raw bytes); the caller wipes it.
   *
   * @throws SealException if the peer's key is a point of small order
   */
  byte[] agree(byte[] peer) {
    return X25519.agree(scalar.borrow(), peer);
  }

  /** Wipes the key; it cannot be used afterwards. */
  @Override
  public void close() {
    scalar.close();
  }

  @Override
  public String toString() {
    return "private key of " + publicKey;
  }
}
