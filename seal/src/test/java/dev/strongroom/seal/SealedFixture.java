package dev.strongroom.seal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** One vendor, one device and what goes between them. */
final class SealedFixture implements AutoCloseable {
  final VendorPrivateKey vendor = VendorPrivateKey.generate(Models.repeatable(1));
  final DevicePrivateKey device = DevicePrivateKey.generate(Models.repeatable(2));
  final ModelContent content;
  final byte[] sealed;
  private final Arena arena = Arena.ofConfined();

  SealedFixture(ModelContent content) {
    this.content = content;
    this.sealed = seal(content, Models.IDENTITY, 3);
  }

  /** A Program in two pieces and three chunks: every boundary there is, and small. */
  static SealedFixture small() {
    return new SealedFixture(Models.content(5, 300, 40, 1, 24));
  }

  /** As small as a model with two chunks can be, for tests that try every bit. */
  static SealedFixture tiny() {
    return new SealedFixture(Models.content(5, 20, 8, 1));
  }

  byte[] seal(ModelContent other, ModelIdentity identity, long seed) {
    return Sealer.of(vendor, device.publicKey(), Models.repeatable(seed)).seal(other, identity);
  }

  /** {@code bytes} outside the heap, as a shared mapping is. */
  MemorySegment shared(byte[] bytes) {
    MemorySegment shared = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    MemorySegment.copy(bytes, 0, shared, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return shared;
  }

  SealedModelOpener open(byte[] bytes) {
    return open(shared(bytes), List.of(vendor.publicKey()));
  }

  SealedModelOpener open(MemorySegment bytes, Collection<VendorPublicKey> trusted) {
    return SealedModelOpener.open(bytes, device, trusted);
  }

  /** The Program and every chunk. */
  List<byte[]> openEverything(byte[] bytes) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment shared = scratch.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
      MemorySegment.copy(bytes, 0, shared, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return openEverything(shared);
    }
  }

  List<byte[]> openEverything(MemorySegment shared) {
    try (SealedModelOpener opener = open(shared, List.of(vendor.publicKey()));
        Arena scratch = Arena.ofConfined()) {
      MemorySegment staging = scratch.allocate(opener.stagingBytes());
      List<byte[]> all = new ArrayList<>();
      MemorySegment program = scratch.allocate(opener.header().programBytes());
      opener.openProgram(staging, program);
      all.add(program.toArray(ValueLayout.JAVA_BYTE));
      for (int i = 0; i < opener.header().chunkCount(); i++) {
        MemorySegment chunk = scratch.allocate(opener.header().chunkLength(i));
        opener.openChunk(i, staging, chunk);
        all.add(chunk.toArray(ValueLayout.JAVA_BYTE));
      }
      return all;
    }
  }

  List<byte[]> plaintexts() {
    List<byte[]> all = new ArrayList<>();
    all.add(content.program());
    for (int i = 0; i < content.chunkLengths().size(); i++) {
      all.add(Models.chunk(content, i));
    }
    return all;
  }

  SealReport verify(byte[] bytes) {
    return SealVerifier.verify(MemorySegment.ofArray(bytes), vendor.publicKey());
  }

  /** A copy of the sealed model with a change that its vendor then signs: an insider's forgery. */
  byte[] changedAndSigned(Consumer<ByteBuffer> change) {
    byte[] changed = sealed.clone();
    SealedLayout layout = SealedModelHeader.peek(MemorySegment.ofArray(sealed)).layout();
    ByteBuffer view = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    change.accept(view);
    sign(changed, layout.signatureOffset());
    return changed;
  }

  void sign(byte[] bytes, int signatureOffset) {
    byte[] signature =
        vendor.sign(SealedModelDescriptor.SIGNATURE_DOMAIN, Arrays.copyOf(bytes, signatureOffset));
    System.arraycopy(signature, 0, bytes, signatureOffset, signature.length);
  }

  @Override
  public void close() {
    vendor.close();
    device.close();
    arena.close();
  }
}
