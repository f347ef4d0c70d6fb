package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static final byte[] EMPTY = {};

  /** RFC 8032, section 7.1, test 1. */
  @Test
  void signsAsInTheTestVectorOfTheRfc() {
    try (var key =
        VendorPrivateKey.ofRaw(
            hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))) {
      assertThat(key.publicKey().raw())
          .isEqualTo(hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
      assertThat(key.sign(EMPTY))
          .isEqualTo(
              hex(
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                      + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"));
      assertThat(key.publicKey().verifies(key.sign(EMPTY), EMPTY)).isTrue();
    }
  }

  /** RFC 5869, appendix A.1. */
  @Test
  void derivesAsInTheTestVectorOfTheRfc() {
    try (var key =
        Hkdf.extract(
            hex("000102030405060708090a0b0c"),
            hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"))) {
      assertThat(key.borrow())
          .isEqualTo(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
      assertThat(Hkdf.expand(key, hex("f0f1f2f3f4f5f6f7f8f9"), 42))
          .isEqualTo(
              hex(
                  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                      + "34007208d5b887185865"));
    }
  }

  @Test
  void everyGeneratedKeyIsAnother() {
    try (var a = DevicePrivateKey.generate();
        var b = DevicePrivateKey.generate();
        var c = VendorPrivateKey.generate();
        var d = VendorPrivateKey.generate()) {
      assertThat(a.publicKey()).isNotEqualTo(b.publicKey());
      assertThat(c.publicKey()).isNotEqualTo(d.publicKey());
    }
  }

  @Test
  void bothSidesOfADevicePairAgree() {
    try (var a = DevicePrivateKey.generate();
        var b = DevicePrivateKey.generate()) {
      assertThat(a.agree(b.publicKey().raw())).isEqualTo(b.agree(a.publicKey().raw()));
    }
  }

  /** The points of small order on Curve25519 and its twist that have a canonical encoding. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void aPeerWhoseSecretAnybodyKnowsIsRefused(String point) {
    try (var key = DevicePrivateKey.generate()) {
      assertThatThrownBy(() -> key.agree(hex(point)))
          .isInstanceOf(SealException.class)
          .hasMessage("the other side's X25519 key is a point of small order");
    }
  }

  @Test
  void aKeyThatIsNoPointVerifiesNothing() {
    byte[] none = hex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    assertThat(VendorPublicKey.of(none).verifies(new byte[64], EMPTY)).isFalse();
  }

  @Test
  void aSignatureOfAnotherLengthVerifiesNothing() {
    try (var key = VendorPrivateKey.generate()) {
      assertThat(key.publicKey().verifies(new byte[63], EMPTY)).isFalse();
      assertThat(key.publicKey().verifies(EMPTY, EMPTY)).isFalse();
    }
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DevicePublicKey.of(new byte[31]))
        .withMessage("a device's public key has 32 bytes, not 31");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VendorPublicKey.of(new byte[33]))
        .withMessage("a vendor's public key has 32 bytes, not 33");
  }

  @Test
  void aClosedKeyIsWiped() {
    byte[] raw = new byte[32];
    raw[5] = 1;
    SecretBytes secret = SecretBytes.owning("AES", raw);
    secret.close();
    assertThat(raw).containsOnly(0);
    assertThat(secret.isDestroyed()).isTrue();
    assertThatIllegalStateException().isThrownBy(secret::getEncoded);

    var vendor = VendorPrivateKey.generate();
    vendor.close();
    assertThatIllegalStateException().isThrownBy(() -> vendor.sign(EMPTY));
    var device = DevicePrivateKey.generate();
    device.close();
    assertThatIllegalStateException().isThrownBy(device::pem);
  }

  @Test
  void aFingerprintLooksAsInOpenSsh() {
    assertThat(DevicePublicKey.of(new byte[32]).fingerprint())
        .isEqualTo("SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU");
  }

  @Test
  void aPrivateKeyShowsOnlyItsPublicHalf() {
    try (var vendor = VendorPrivateKey.generate();
        var device = DevicePrivateKey.generate();
        var secret = SecretBytes.owning("AES", new byte[32])) {
      assertThat(vendor.toString())
          .isEqualTo("private key of vendor " + vendor.publicKey().fingerprint());
      assertThat(device.toString())
          .isEqualTo("private key of device " + device.publicKey().fingerprint());
      assertThat(secret.toString()).isEqualTo("AES key (32 bytes)");
    }
  }

  @Test
  void aKeyIsNotSerialised() {
    try (var secret = SecretBytes.owning("AES", new byte[32])) {
      assertThatThrownBy(
              () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret))
          .isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void keysAreEqualIfTheirBytesAre() {
    try (var key = VendorPrivateKey.generate();
        var device = DevicePrivateKey.generate()) {
      assertThat(VendorPublicKey.of(key.publicKey().raw()))
          .isEqualTo(key.publicKey())
          .hasSameHashCodeAs(key.publicKey());
      assertThat(DevicePublicKey.of(device.publicKey().raw()))
          .isEqualTo(device.publicKey())
          .hasSameHashCodeAs(device.publicKey());
      assertThat(VendorPublicKey.of(device.publicKey().raw())).isNotEqualTo(device.publicKey());
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
