package dev.strongroom.cli;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.SecureWorld;
import java.nio.ByteBuffer;

/** Seals a model of one's own for one run, with a vendor's key that is thrown away afterwards. */
final class SealedCopy {
  private SealedCopy() {}

  /** The model, sealed by {@code vendor} for {@code world}. */
  static ByteBuffer of(CompiledModel model, String id, VendorPrivateKey vendor, SecureWorld world) {
    return ByteBuffer.wrap(
        Sealer.of(vendor, world.devicePublicKey())
            .seal(ModelContent.of(model), new ModelIdentity(id, 1)));
  }
}
