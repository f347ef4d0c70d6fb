package dev.strongroom.bench.memory;

import dev.strongroom.seal.VendorPublicKey;
import dev.strongroom.world.SecureWorld;

/** Opens the secure worlds that networks are run in. */
@FunctionalInterface
public interface WorldOpener {
  /**
   * @param secureMemory in bytes
   * @param sealedBytes size of the largest sealed model that is to cross
   * @param vendor whose models are trusted
   * @throws Exception if there is no such world to be had
   */
  SecureWorld open(long secureMemory, long sealedBytes, VendorPublicKey vendor) throws Exception;
}
