package dev.strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedModelOpenerTest {
  @Test
  void opensTheProgramAndEachChunkInAnyOrder() {
    ModelContent content = Models.content(1, 70_000, 32_768, 64, 4_096);
    try (var vendor = VendorPrivateKey.generate();
        var device = DevicePrivateKey.generate();
        Arena arena = Arena.ofConfined()) {
      byte[] sealed = Sealer.of(vendor, device.publicKey()).seal(content, Models.IDENTITY);
      MemorySegment shared = arena.allocate(sealed.length);
      MemorySegment.copy(sealed, 0, shared, ValueLayout.JAVA_BYTE, 0, sealed.length);
      try (var opener = SealedModelOpener.open(shared, device, List.of(vendor.publicKey()))) {
        MemorySegment staging = arena.allocate(opener.stagingBytes());
        MemorySegment program = arena.allocate(opener.header().programBytes());
        opener.openProgram(staging, program);
        assertThat(program.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content.program());
        for (int chunk : new int[] {2, 0, 1, 0}) {
          MemorySegment into = arena.allocate(opener.header().chunkLength(chunk));
          opener.openChunk(chunk, staging, into);
          assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Models.chunk(content, chunk));
        }
      }
      assertThat(SealVerifier.verify(shared, vendor.publicKey()).faults()).isEmpty();
    }
  }
}
