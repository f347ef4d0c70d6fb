package dev.strongroom.seal;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Tells for whom a model is sealed: a device's X25519 public key (RFC 7748). Equal if it is. */
public final class DevicePublicKey {
  /** Length of the raw key. */
  public static final int BYTES = KeyKind.RAW_BYTES;

  private final byte[] raw;

  private DevicePublicKey(byte[] raw) {
    this.raw = raw;
  }

  /** The key whose 32 raw bytes are given. */
  public static DevicePublicKey of(byte[] raw) {
    KeyKind.DEVICE_PUBLIC.requireLength(raw);
    return new DevicePublicKey(raw.clone());
  }

  /** Reads X.509 SubjectPublicKeyInfo in PEM. */
  public static DevicePublicKey load(Path file) throws IOException {
    return new DevicePublicKey(KeyFiles.read(file, KeyKind.DEVICE_PUBLIC));
  }

  /** Reads X.509 SubjectPublicKeyInfo in PEM. */
  public static DevicePublicKey ofPem(byte[] pem) throws KeyFileException {
    return new DevicePublicKey(Pem.decode(pem, KeyKind.DEVICE_PUBLIC, "the text given"));
  }

  /** X.509 SubjectPublicKeyInfo in PEM. */
  public byte[] pem() {
    return Pem.encode(raw, KeyKind.DEVICE_PUBLIC);
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

  /** SHA-256 of the raw key: how a sealed model names its device. */
  public Digest id() {
    return Digest.over(raw);
  }

  /** The key's name for people: {@code SHA256:} and {@link #id} in base64. */
  public String fingerprint() {
    return Fingerprint.of(id());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DevicePublicKey key && Arrays.equals(raw, key.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return "device " + fingerprint();
  }
}
