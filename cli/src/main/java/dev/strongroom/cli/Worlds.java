package dev.strongroom.cli;

import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.LocalWorldOptions;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.WorldException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens secure worlds the way the command line wants them. */
final class Worlds {
  /** Room in the shared mapping for what crosses beside the sealed model. */
  private static final long BESIDE_MODEL = 64L << 20;

  private static final long MAX_SECURE_MEMORY = (1L << 32) - 1;

  private Worlds() {}

  /**
   * Opens a local world.
   *
   * @param secureMemory in bytes
   * @param sealedBytes size of the largest sealed model that is to cross
   * @param device directory of the device's key; a throwaway key if there is none
   */
  static SecureWorld openLocal(
      Size secureMemory,
      long sealedBytes,
      Optional<Path> device,
      List<VendorPublicKey> trustedVendors)
      throws WorldException, RequestException {
    return openLocal(secureMemory, sealedBytes, device, trustedVendors, 1);
  }

  /**
   * Opens a local world that computes with so many threads.
   *
   * @see #openLocal(Size, long, Optional, List)
   */
  static SecureWorld openLocal(
      Size secureMemory,
      long sealedBytes,
      Optional<Path> device,
      List<VendorPublicKey> trustedVendors,
      int threads)
      throws WorldException, RequestException {
    if (secureMemory.bytes() > MAX_SECURE_MEMORY) {
      throw new RequestException(
          "a local world has at most 4 GiB of secure memory, not %s".formatted(secureMemory));
    }
    LocalWorldOptions options =
        LocalWorldOptions.of(secureMemory.bytes())
            .withTrustedVendors(trustedVendors)
            .withThreads(threads);
    if (sealedBytes + BESIDE_MODEL > LocalWorldOptions.DEFAULT_SHARED_MEMORY) {
      options = options.withSharedMemory(sealedBytes + BESIDE_MODEL);
    }
    if (device.isPresent()) {
      options = options.withDeviceDirectory(device.get());
    }
    Optional<Path> rehearsal = Distribution.worldRehearsal();
    Optional<Path> cache = Distribution.worldCache();
    if (rehearsal.isPresent()) {
      options = options.withAotTraining(rehearsal.get());
    } else if (cache.isPresent()) {
      options = options.withAotCache(cache.get());
    }
    return SecureWorld.open(options);
  }
}
