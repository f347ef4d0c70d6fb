package dev.strongroom.bench.engine;

import dev.strongroom.engine.ChunkSource;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.SealedModelOpener;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** In what form weights lie outside of the engine's memory. */
enum WeightStore {
  /** In the clear: what is measured is the engine alone. */
  PLAIN {
    @Override
    ChunkSource of(CompiledModel model, MemorySegment staging) {
      MemorySegment weights = MemorySegment.ofBuffer(model.weights());
      List<Integer> lengths = model.program().chunks();
      long[] offsets = new long[lengths.size()];
      for (int i = 1; i < offsets.length; i++) {
        offsets[i] = offsets[i - 1] + lengths.get(i - 1);
      }
      return (chunk, into) -> MemorySegment.copy(weights, offsets[chunk], into, 0, into.byteSize());
    }
  },

  /** Sealed, each chunk authenticated and decrypted as the trusted side does it. */
  SEALED {
    @Override
    ChunkSource of(CompiledModel model, MemorySegment staging) {
      try (VendorPrivateKey vendor = VendorPrivateKey.generate();
          DevicePrivateKey device = DevicePrivateKey.generate()) {
        byte[] sealed =
            Sealer.of(vendor, device.publicKey())
                .seal(ModelContent.of(model), new ModelIdentity("benchmark", 1));
        MemorySegment shared = Arena.ofAuto().allocate(sealed.length);
        shared.copyFrom(MemorySegment.ofArray(sealed));
        SealedModelOpener opener =
            SealedModelOpener.open(shared, device, List.of(vendor.publicKey()));
        return (chunk, into) -> opener.openChunk(chunk, staging, into);
      }
    }
  };

  /**
   * Where the engine gets the weights of {@code model} from.
   *
   * @param staging where ciphertext is copied before it is opened
   */
  abstract ChunkSource of(CompiledModel model, MemorySegment staging);
}
