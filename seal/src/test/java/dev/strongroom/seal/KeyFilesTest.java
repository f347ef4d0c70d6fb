package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
  @TempDir Path directory;

  @Test
  void aVendorKeyComesBackFromItsFiles() throws IOException {
    Path file = directory.resolve("acme.key");
    try (var key = VendorPrivateKey.generate()) {
      assertThat(key.save(file)).isEqualTo(directory.resolve("acme.pub"));
      try (var loaded = VendorPrivateKey.load(file)) {
        assertThat(loaded.publicKey()).isEqualTo(key.publicKey());
        byte[] signature = loaded.sign(new byte[] {1, 2}, new byte[] {3});
        assertThat(
                VendorPublicKey.load(directory.resolve("acme.pub"))
                    .verifies(signature, new byte[] {1, 2, 3}))
            .isTrue();
      }
    }
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void aDeviceKeyComesBackFromItsDirectory() throws IOException {
    Path device = directory.resolve("device");
    try (var key = DevicePrivateKey.generate()) {
      key.save(device);
      try (var loaded = DevicePrivateKey.load(device.resolve(DevicePrivateKey.PRIVATE_FILE))) {
        assertThat(loaded.publicKey()).isEqualTo(key.publicKey());
      }
      assertThat(DevicePublicKey.load(device.resolve(DevicePrivateKey.PUBLIC_FILE)))
          .isEqualTo(key.publicKey());
    }
    assertThat(permissions(device)).isEqualTo("rwx------");
    assertThat(permissions(device.resolve("device.key"))).isEqualTo("rw-------");
  }

  @ParameterizedTest
  @CsvSource({"a.key,a.pub", "a,a.pub", "a.pem,a.pem.pub", ".key,.pub"})
  void thePublicKeyLiesBesideThePrivateOne(String file, String publicFile) {
    assertThat(VendorPrivateKey.publicFile(Path.of("keys", file)))
        .isEqualTo(Path.of("keys", publicFile));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme.key", "acme.pub"})
  void nothingIsOverwrittenAndNothingElseIsWritten(String present) throws IOException {
    Path file = Files.writeString(directory.resolve(present), "precious");
    try (var key = VendorPrivateKey.generate()) {
      assertThatThrownBy(() -> key.save(directory.resolve("acme.key")))
          .isInstanceOf(KeyFileException.class)
          .hasMessage(
              "%s exists already, and keys are never overwritten; choose another name or move it",
              file);
      assertThat(file).hasContent("precious");
      assertThat(directory).isDirectoryNotContaining(p -> !p.equals(file));
    }
  }

  @Test
  void aDeviceIsNotOverwrittenEither() throws IOException {
    try (var first = DevicePrivateKey.generate();
        var second = DevicePrivateKey.generate()) {
      first.save(directory);
      assertThatThrownBy(() -> second.save(directory)).isInstanceOf(KeyFileException.class);
      assertThat(DevicePublicKey.load(directory.resolve("device.pub")))
          .isEqualTo(first.publicKey());
    }
  }

  @Test
  void aDanglingLinkIsNotWrittenThrough() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    Path link = Files.createSymbolicLink(directory.resolve("acme.key"), elsewhere);
    try (var key = VendorPrivateKey.generate()) {
      assertThatThrownBy(() -> key.save(link)).hasMessageContaining("exists already");
    }
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void theWrongKindOfKeyIsNamed() throws IOException {
    Path vendor = directory.resolve("acme.key");
    try (var key = VendorPrivateKey.generate();
        var deviceKey = DevicePrivateKey.generate()) {
      key.save(vendor);
      deviceKey.save(directory);
    }
    Path vendorPublic = directory.resolve("acme.pub");
    Path devicePublic = directory.resolve("device.pub");
    assertThatThrownBy(() -> DevicePrivateKey.load(vendor))
        .hasMessage("%s holds a vendor's private key; needed is a device's private key", vendor);
    assertThatThrownBy(() -> VendorPublicKey.load(vendor))
        .hasMessage("%s holds a vendor's private key; needed is a vendor's public key", vendor);
    assertThatThrownBy(() -> DevicePublicKey.load(vendorPublic))
        .hasMessage(
            "%s holds a vendor's public key; needed is a device's public key", vendorPublic);
    assertThatThrownBy(() -> VendorPublicKey.load(devicePublic))
        .hasMessage(
            "%s holds a device's public key; needed is a vendor's public key", devicePublic);
    assertThatThrownBy(() -> VendorPrivateKey.load(owned(vendorPublic)))
        .hasMessage(
            "%s holds a vendor's public key; needed is a vendor's private key", vendorPublic);
  }

  @Test
  void anotherAlgorithmIsNamedByItsLabel() throws Exception {
    KeyPair rsa = KeyPairGenerator.getInstance("EC").generateKeyPair();
    Path file = directory.resolve("ec.pub");
    Files.writeString(file, pem("PUBLIC KEY", rsa.getPublic().getEncoded()));
    assertThatThrownBy(() -> VendorPublicKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessage(
            "%s holds \"PUBLIC KEY\", which is no Ed25519 or X25519 key; needed is a vendor's public key",
            file);
  }

  @Test
  void readsWhatOtherToolsWrite() throws Exception {
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path file = directory.resolve("other.pem");
    // A comment before the block, and lines that end as on Windows.
    Files.writeString(
        file,
        "Made elsewhere\r\n"
            + pem("PRIVATE KEY", ed25519.getPrivate().getEncoded()).replace("\n", "\r\n"));
    try (var key = VendorPrivateKey.load(owned(file))) {
      assertThat(KeyKind.VENDOR_PUBLIC.der(key.publicKey().raw()))
          .isEqualTo(ed25519.getPublic().getEncoded());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "-----BEGIN PUBLIC KEY",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
        "-----BEGIN -----\n-----END -----\n"
      })
  void whatIsNoKeyIsOneSentence(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), content);
    assertThatThrownBy(() -> DevicePublicKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith("needed is a device's public key");
  }

  @Test
  void aLongFileIsNotRead() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[5_000]);
    assertThatThrownBy(() -> DevicePublicKey.load(file))
        .hasMessage("%s is not a key file: it has 5000 bytes, more than 4096", file);
  }

  @Test
  void aFileThatIsMissingIsOneSentence() {
    Path file = directory.resolve("missing");
    assertThatThrownBy(() -> DevicePublicKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessage("%s does not exist; needed is a device's public key", file);
    try (var key = VendorPrivateKey.generate()) {
      Path nowhere = directory.resolve("no/such/acme.key");
      assertThatThrownBy(() -> key.save(nowhere))
          .hasMessage(
              "the directory of %s does not exist; create it, or choose another one", nowhere);
    }
  }

  @Test
  void aPrivateKeyThatOthersMayReadIsRefused() throws IOException {
    Path file = directory.resolve("acme.key");
    try (var key = VendorPrivateKey.generate()) {
      key.save(file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> VendorPrivateKey.load(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("(rw-r--r--)")
        .hasMessageContaining("chmod 600");
  }

  private static Path owned(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getEncoder().encodeToString(der), label);
  }
}
