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
  private final byte[] prefix;

  KeyKind(String description, String pemLabel, String prefix) {
    this.description = description;
    this.pemLabel = pemLabel;
    this.prefix = HexFormat.of().parseHex(prefix);
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
    byte[] der = Arrays.copyOf(prefix, prefix.length + RAW_BYTES);
    System.arraycopy(raw, 0, der, prefix.length, RAW_BYTES);
    return der;
  }

  /** The raw key in {@code der}, which {@link #of} recognised as this kind. */
  byte[] raw(byte[] der) {
    return Arrays.copyOfRange(der, prefix.length, der.length);
  }

  /** The kind of key that {@code der} holds, if it is one of ours. */
  static Optional<KeyKind> of(byte[] der) {
    return Arrays.stream(values())
        .filter(
            kind ->
                der.length == kind.prefix.length + RAW_BYTES
                    && Arrays.equals(
                        der, 0, kind.prefix.length, kind.prefix, 0, kind.prefix.length))
        .findAny();
  }
}
