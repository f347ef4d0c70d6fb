package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No key and no plaintext in what an object or an exception says about itself. */
class NothingSecretIsSaidTest {
  @TempDir Path directory;

  private final SealedFixture fixture = SealedFixture.small();
  private final byte[] vendorRaw = Models.repeatable(1).bytes(32);
  private final byte[] deviceRaw = Models.repeatable(2).bytes(32);
  private final byte[] contentKey = Models.repeatable(3).bytes(32);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void inNothingThatIsPrinted() throws Exception {
    List<String> said = new ArrayList<>();
    said.add(fixture.vendor.toString());
    said.add(fixture.device.toString());
    said.add(SecretBytes.owning("AES", contentKey.clone()).toString());
    try (SealedModelOpener opener = fixture.open(fixture.sealed);
        Arena arena = Arena.ofConfined()) {
      said.add(opener.toString());
      said.add(opener.header().toString());
      said.add(opener.header().wrappedKey().toString());
      said.add(failure(() -> opener.openChunk(0, arena.allocate(1), arena.allocate(40))));
      said.add(failure(() -> opener.openChunk(9, arena.allocate(99), arena.allocate(40))));
    }
    said.add(fixture.content.toString());
    for (int at : new int[] {0, 20, 130, 400, 500, 560, 990}) {
      byte[] changed = fixture.sealed.clone();
      changed[at] ^= 1;
      said.add(failure(() -> fixture.openEverything(changed)));
    }
    Path pem = Files.write(directory.resolve("device.key"), fixture.device.pem());
    Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-------"));
    said.add(failure(() -> VendorPrivateKey.load(pem)));
    said.add(failure(() -> DevicePublicKey.load(pem)));
    var half = ChannelCaller.start(fixture.device.publicKey());
    var established = ChannelResponder.answer(fixture.device, half.hello()).finish(new byte[0]);
    said.add(half.toString());
    said.add(established.toString());
    try (SecureChannel caller = half.finish(established.reply(), new byte[0])) {
      said.add(caller.toString());
      byte[] sealed = caller.seal(1, ByteBuffer.wrap(fixture.content.program()), 100);
      sealed[sealed.length - 1] ^= 1;
      said.add(failure(() -> established.channel().open(1, ByteBuffer.wrap(sealed))));
    }
    fixture.vendor.close();
    said.add(failure(() -> fixture.vendor.sign(new byte[0])));

    for (byte[] secret : List.of(vendorRaw, deviceRaw, contentKey, fixture.content.program())) {
      for (String shown : shapes(secret)) {
        assertThat(said).noneMatch(text -> text.contains(shown));
      }
    }
    // The search finds what is there.
    assertThat(new String(fixture.device.pem())).contains(shapes(deviceRaw).getLast());
  }

  /** How eight bytes in the middle of a secret may look in a text. */
  private static List<String> shapes(byte[] secret) {
    byte[] middle = Arrays.copyOfRange(secret, 8, 16);
    List<String> shapes = new ArrayList<>();
    shapes.add(HexFormat.of().formatHex(middle));
    shapes.add(HexFormat.of().withUpperCase().formatHex(middle));
    shapes.add(Arrays.toString(middle).replaceAll("[\\[\\]]", ""));
    // Base64 of the key in its DER encoding, whose 16-byte prefix shifts it by one byte.
    byte[] der = KeyKind.DEVICE_PRIVATE.der(Arrays.copyOf(secret, 32));
    shapes.add(Base64.getEncoder().encodeToString(Arrays.copyOf(secret, 30)));
    shapes.add(Base64.getEncoder().encodeToString(der).substring(24, 60));
    return shapes;
  }

  private static String failure(ThrowingCallable what) {
    StringWriter text = new StringWriter();
    try {
      what.call();
      throw new AssertionError("it did not fail");
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable e) {
      e.printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }
}
