package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HpkeTest {
  private static final byte[] INFO = "info".getBytes(US_ASCII);
  private static final byte[] AAD = "aad".getBytes(US_ASCII);
  private static final byte[] PLAINTEXT = "what nobody else may know".getBytes(US_ASCII);

  private final Hpke hpke = new Hpke(Hpke.Aead.AES_256_GCM);
  private final DevicePrivateKey receiver = DevicePrivateKey.generate();

  /** RFC 9180, appendix A.1.1, sequence number 0. */
  @Test
  void sealsAndOpensAsInTheTestVectorOfTheRfc() {
    Hpke aes128 = new Hpke(Hpke.Aead.AES_128_GCM);
    byte[] ephemeral = hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
    byte[] info = hex("4f6465206f6e2061204772656369616e2055726e");
    byte[] aad = hex("436f756e742d30");
    byte[] plaintext = hex("4265617574792069732074727574682c20747275746820626561757479");
    try (var key =
        DevicePrivateKey.ofRaw(
            hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"))) {
      assertThat(key.publicKey().raw())
          .isEqualTo(hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"));

      var message = aes128.seal(key.publicKey(), info, aad, plaintext, count -> ephemeral.clone());

      assertThat(message.enc())
          .isEqualTo(hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"));
      assertThat(message.ciphertext())
          .isEqualTo(
              hex(
                  "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
                      + "6d8770ac83d07bea87e13c512a"));
      assertThat(aes128.open(message, key, info, aad)).isEqualTo(plaintext);
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensWhatItSealed(Hpke.Aead aead) {
    Hpke suite = new Hpke(aead);
    var message = suite.seal(receiver.publicKey(), INFO, AAD, PLAINTEXT, RandomSource.SECURE);
    assertThat(suite.open(message, receiver, INFO, AAD)).isEqualTo(PLAINTEXT);
  }

  @Test
  void isBoundToReceiverInfoAndAdditionalData() {
    var message = hpke.seal(receiver.publicKey(), INFO, AAD, PLAINTEXT, RandomSource.SECURE);
    try (var other = DevicePrivateKey.generate()) {
      refuses(() -> hpke.open(message, other, INFO, AAD));
    }
    refuses(() -> hpke.open(message, receiver, AAD, AAD));
    refuses(() -> hpke.open(message, receiver, INFO, INFO));
    refuses(() -> new Hpke(Hpke.Aead.AES_128_GCM).open(message, receiver, INFO, AAD));
  }

  @Test
  void refusesEveryFlippedBit() {
    var message = hpke.seal(receiver.publicKey(), INFO, AAD, new byte[1], RandomSource.SECURE);
    // The last bit of a key's encoding counts for nothing (RFC 7748, section 5), except here,
    // because the encoding itself is bound in.
    for (int bit = 0; bit < 8 * message.enc().length; bit++) {
      byte[] enc = message.enc().clone();
      enc[bit / 8] ^= (byte) (1 << bit % 8);
      refuses(() -> hpke.open(new Hpke.Message(enc, message.ciphertext()), receiver, INFO, AAD));
    }
    for (int bit = 0; bit < 8 * message.ciphertext().length; bit++) {
      byte[] ciphertext = message.ciphertext().clone();
      ciphertext[bit / 8] ^= (byte) (1 << bit % 8);
      refuses(() -> hpke.open(new Hpke.Message(message.enc(), ciphertext), receiver, INFO, AAD));
    }
  }

  @Test
  void refusesAMessageTooShortForATag() {
    assertThatThrownBy(
            () -> hpke.open(new Hpke.Message(new byte[32], new byte[15]), receiver, INFO, AAD))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("not 32 and 15");
  }

  @Test
  void refusesAnEncapsulatedKeyOfSmallOrder() {
    assertThatThrownBy(
            () -> hpke.open(new Hpke.Message(new byte[32], new byte[17]), receiver, INFO, AAD))
        .isInstanceOf(SealException.class)
        .hasMessageContaining("small order");
  }

  private static void refuses(ThrowingCallable opening) {
    assertThatThrownBy(opening).isInstanceOf(SealException.class);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
