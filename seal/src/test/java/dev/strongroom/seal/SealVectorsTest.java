package dev.strongroom.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The test vectors in testdata/seal, which another implementation checks itself with. They are made
 * again here from fixed keys and compared; {@code -Dstrongroom.vectors=write} writes them instead.
 */
class SealVectorsTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("basedir", "."), "..", "testdata", "seal").normalize();

  private final VendorPrivateKey vendor = VendorPrivateKey.ofRaw(fixed("vendor private key"));
  private final DevicePrivateKey device = DevicePrivateKey.ofRaw(fixed("device private key"));

  @AfterEach
  void close() {
    vendor.close();
    device.close();
  }

  /** 32 bytes that anybody can make again. */
  private static byte[] fixed(String label) {
    return Digest.over(("strongroom test vector: " + label).getBytes(US_ASCII)).bytes();
  }

  private static byte[] fixed(String label, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length + Digest.BYTES);
    for (int i = 0; bytes.position() < length; i++) {
      bytes.put(fixed(label + " " + i));
    }
    return Arrays.copyOf(bytes.array(), length);
  }

  /** Gives out the values of the labels in turn. */
  private static RandomSource fixedSource(String... labels) {
    var rest = List.of(labels).iterator();
    return count -> {
      assertThat(count).isEqualTo(Digest.BYTES);
      return fixed(rest.next());
    };
  }

  private ModelContent content() {
    List<Integer> chunks = List.of(64, 300, 1);
    byte[] weights = fixed("weights", 365);
    return new ModelContent(
        fixed("program", 700), ByteBuffer.wrap(weights), chunks, Digest.over(weights));
  }

  @Test
  void keysAreAsInTheVectors() throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("vendor.private", fixed("vendor private key"));
    values.put("vendor.public", vendor.publicKey().raw());
    values.put("vendor.id", vendor.publicKey().id().bytes());
    values.put("vendor.fingerprint", vendor.publicKey().fingerprint());
    values.put("device.private", fixed("device private key"));
    values.put("device.public", device.publicKey().raw());
    values.put("device.id", device.publicKey().id().bytes());
    values.put("device.fingerprint", device.publicKey().fingerprint());
    check("keys.txt", values);
  }

  @Test
  void theSealedModelIsAsInTheVectors() throws IOException {
    ModelContent content = content();
    ModelIdentity identity = new ModelIdentity("vector-model_1.0", 0x0102030405060708L);
    byte[] sealed =
        Sealer.of(vendor, device.publicKey(), fixedSource("content key", "hpke ephemeral"))
            .seal(content, identity);
    SealedModelHeader header = SealedModelHeader.peek(MemorySegment.ofArray(sealed));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("model.id", identity.id());
    values.put("model.version", Long.toString(identity.version()));
    values.put("program", content.program());
    values.put("weights", fixed("weights", 365));
    values.put(
        "chunk.lengths",
        content.chunkLengths().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    values.put("content.key", fixed("content key"));
    values.put("hpke.ephemeral.private", fixed("hpke ephemeral"));
    values.put("model.digest", header.modelDigest().bytes());
    values.put("model.section.digest", Digest.over(header.modelSection()).bytes());
    for (SealedPart part : header.layout().parts()) {
      String name = part.kind().name().toLowerCase(Locale.ROOT) + "." + part.number();
      values.put(name + ".index", Integer.toUnsignedString(part.index()));
      values.put(name + ".offset", Long.toString(part.offset()));
      values.put(name + ".length", Integer.toString(part.length()));
    }
    check("sealed-model.txt", values);
    checkFile("sealed-model.bin", sealed);
  }

  @Test
  void theChannelIsAsInTheVectors() throws IOException {
    byte[] binding = "evidence".getBytes(US_ASCII);
    var half = ChannelCaller.start(device.publicKey(), fixedSource("caller ephemeral"));
    var responder = ChannelResponder.answer(device, half.hello(), fixedSource("trusted ephemeral"));
    byte[] hello = half.hello();
    var established = responder.finish(binding);
    try (SecureChannel caller = half.finish(established.reply(), binding);
        SecureChannel trusted = established.channel()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("caller.ephemeral.private", fixed("caller ephemeral"));
      values.put("trusted.ephemeral.private", fixed("trusted ephemeral"));
      values.put("binding", binding);
      values.put("hello", hello);
      values.put("reply", established.reply());
      values.put("transcript", caller.transcript().bytes());
      exchange(values, "message.1.to-trusted", caller, trusted, 1, 100, 64);
      exchange(values, "message.2.to-caller", trusted, caller, 2, 33, 33);
      exchange(values, "message.3.to-trusted", caller, trusted, 255, 0, 64);
      check("secure-channel.txt", values);
    }
  }

  private static void exchange(
      Map<String, Object> values,
      String name,
      SecureChannel from,
      SecureChannel to,
      int type,
      int length,
      int recordBytes) {
    byte[] message = fixed(name, length);
    byte[] sealed = from.seal(type, ByteBuffer.wrap(message), recordBytes);
    values.put(name + ".type", Integer.toString(type));
    values.put(name + ".record-bytes", Integer.toString(recordBytes));
    values.put(name + ".plaintext", message);
    values.put(name + ".sealed", sealed);
    assertThat(to.open(type, ByteBuffer.wrap(sealed))).isEqualTo(message);
  }

  /** As the other implementation will: from the files alone. */
  @Test
  void theSealedModelInTheFileOpens() throws IOException {
    Map<String, String> keys = read("keys.txt");
    Map<String, String> model = read("sealed-model.txt");
    try (var deviceKey = DevicePrivateKey.ofRaw(hex(keys.get("device.private")));
        Arena arena = Arena.ofConfined()) {
      VendorPublicKey vendorKey = VendorPublicKey.of(hex(keys.get("vendor.public")));
      byte[] file = Files.readAllBytes(DIRECTORY.resolve("sealed-model.bin"));
      MemorySegment shared = MemorySegment.ofArray(file);
      assertThat(SealVerifier.verify(shared, vendorKey).faults()).isEmpty();
      try (var opener = SealedModelOpener.open(shared, deviceKey, List.of(vendorKey))) {
        SealedModelHeader header = opener.header();
        assertThat(header.identity().id()).isEqualTo(model.get("model.id"));
        assertThat(Long.toString(header.identity().version()))
            .isEqualTo(model.get("model.version"));
        MemorySegment staging = arena.allocate(opener.stagingBytes());
        MemorySegment program = arena.allocate(header.programBytes());
        opener.openProgram(staging, program);
        assertThat(program.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(hex(model.get("program")));
        MemorySegment weights = arena.allocate(header.weightsBytes());
        long offset = 0;
        for (int i = 0; i < header.chunkCount(); i++) {
          opener.openChunk(i, staging, weights.asSlice(offset, header.chunkLength(i)));
          offset += header.chunkLength(i);
        }
        assertThat(weights.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(hex(model.get("weights")));
      }
    }
  }

  /** Lines of a name, a space, and a value: bytes in hexadecimal, all else as it is. */
  private static void check(String name, Map<String, Object> values) throws IOException {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (key, value) ->
            text.append(key)
                .append(' ')
                .append(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value)
                .append('\n'));
    checkFile(name, text.toString().getBytes(US_ASCII));
  }

  private static void checkFile(String name, byte[] content) throws IOException {
    Path file = DIRECTORY.resolve(name);
    if ("write".equals(System.getProperty("strongroom.vectors"))) {
      Files.createDirectories(DIRECTORY);
      Files.write(file, content);
    }
    assertThat(file).hasBinaryContent(content);
  }

  private static Map<String, String> read(String name) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String line : Files.readAllLines(DIRECTORY.resolve(name))) {
      int space = line.indexOf(' ');
      values.put(line.substring(0, space), line.substring(space + 1));
    }
    return values;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
