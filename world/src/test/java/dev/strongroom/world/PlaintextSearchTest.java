package dev.strongroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process of a caller, and the memory it shares, hold of a model's weights: nothing. */
class PlaintextSearchTest {
  private static final int WINDOWS = 10;

  @Test
  void theWeightsOfASealedModelAreNowhereInTheCallersMemory(@TempDir Path directory)
      throws Exception {
    SealingProcess.Product product = SealingProcess.run(directory);
    assertThat(product.hashes()).hasSizeGreaterThan(WINDOWS);
    try (SecureWorld world = open(product);
        Session session = world.load(product.sealed())) {
      Map<String, ByteBuffer> answer = session.infer(TinyModel.input(1));
      assertThat(answer).containsKey(TinyModel.OUTPUT);

      MemorySearch.Result everywhere = MemorySearch.inThisProcess(product.hashes());
      assertThat(everywhere.hashes()).isEmpty();
      System.out.printf(
          "searched %,d MiB of the caller's memory for %d pieces of the weights: found none%n",
          everywhere.scanned() >> 20, product.hashes().size());
      assertThat(everywhere.scanned()).isGreaterThan(50L << 20);
      assertThat(MemorySearch.in(shared(world), product.hashes()).hashes()).isEmpty();
    }
  }

  @Test
  void theSearchFindsWeightsThatCrossUnsealed(@TempDir Path directory) throws Exception {
    SealingProcess.Product product = SealingProcess.run(directory);
    try (SecureWorld world = open(product)) {
      byte[] weights = Files.readAllBytes(product.unsealedWeights());
      assertThat(MemorySearch.inThisProcess(product.hashes()).hashes())
          .as("in a heap that holds the weights")
          .containsExactlyInAnyOrderElementsOf(product.hashes());

      // At an odd place, as sealed parts have them too.
      MemorySegment.copy(
          weights, 0, shared(world), ValueLayout.JAVA_BYTE, (1 << 20) + 3, weights.length);
      assertThat(MemorySearch.in(shared(world), product.hashes()).hashes())
          .as("in a mapping that holds the weights")
          .containsExactlyInAnyOrderElementsOf(product.hashes());
      Reference.reachabilityFence(weights);
    }
  }

  private static SecureWorld open(SealingProcess.Product product) throws WorldException {
    return SecureWorld.open(
        LocalWorldOptions.of(64 * 1024)
            .withSharedMemory(8 << 20)
            .withDeviceDirectory(product.device())
            .withTrustedVendors(List.of(product.vendor())));
  }

  private static MemorySegment shared(SecureWorld world) {
    return world.connection().shared();
  }
}
