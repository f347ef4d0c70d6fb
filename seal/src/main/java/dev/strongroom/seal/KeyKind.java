package dev.strongroom.seal;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The four kinds of key and how each is encoded (RFC 8410): for 32-byte keys the DER encoding is a
 * constant followed by the key, so that recognising one needs no ASN.1 parser.
 */
enum KeyKind {
  VENDOR_PRIVATE("a vendor's private key", "PRIVATE KEY", "302e020100300506032b657004220420"),
  VENDOR_PUBLIC("a vendor's public key", "PUBLIC KEY", "302a300506032b6570032100"),
  DEVICE_PRIVATE("a device's private key", "PRIVATE KEY", "302e020100300506032b656e04220420"),
  DEVICE_PUBLIC("a device's public key", "PUBLIC KEY", "302a300506032b656e032100");

  /** Length of every raw key here, private or public. */
  static final int RAW_BYTES = 32;

  private final String description;
  private final String pemLabel;
  private final String prefix;

  KeyKind(String description, String pemLabel, String prefix) {
    this.description = description;
    this.pemLabel = pemLabel;
    this.prefix = prefix;
  }

  String description() {
    return description;
  }

  String pemLabel() {
    return pemLabel;
  }

  boolean secret() {
    return this == VENDOR_PRIVATE || this == DEVICE_PRIVATE;
  }

  void requireLength(byte[] raw) {
    if (raw.length != RAW_BYTES) {
      throw new IllegalArgumentException(
          description + " has " + RAW_BYTES + " bytes, not " + raw.length);
    }
  }

  /** PKCS#8 or SubjectPublicKeyInfo of {@code raw}. */
  byte[] der(byte[] raw) {
    requireLength(raw);
    byte[] prefixBytes = HexFormat.of().parseHex(prefix);
    byte[] der = Arrays.copyOf(prefixBytes, prefixBytes.length + RAW_BYTES);
    System.arraycopy(raw, 0, der, prefixBytes.length, RAW_BYTES);
    return der;
  }

  /** The raw key in {@code der}, which {@link #of} recognised as this kind. */
  byte[] raw(byte[] der) {
    return Arrays.copyOfRange(der, der.length - RAW_BYTES, der.length);
  }

  /** The kind of key that {@code der} holds, if it is one of ours. */
  static Optional<KeyKind> of(byte[] der) {
    int prefixBytes = der.length - RAW_BYTES;
    if (prefixBytes < 0) {
      return Optional.empty();
    }
    String found = HexFormat.of().formatHex(der, 0, prefixBytes);
    return Arrays.stream(values()).filter(kind -> kind.prefix.equals(found)).findAny();
  }
}
