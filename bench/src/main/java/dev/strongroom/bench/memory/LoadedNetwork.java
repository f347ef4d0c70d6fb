package dev.strongroom.bench.memory;

import dev.strongroom.compiler.Compilation;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.ElementType;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.PortInfo;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import dev.strongroom.world.SessionStatus;
import dev.strongroom.world.WorldException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A network in a secure world of its own, of exactly its certified size, with one input. */
final class LoadedNetwork implements AutoCloseable {
  private final SecureWorld world;
  private final Session session;
  private final Map<String, ByteBuffer> inputs = new LinkedHashMap<>();

  private LoadedNetwork(SecureWorld world, Session session) {
    this.world = world;
    this.session = session;
    session.inputs().forEach(port -> inputs.put(port.name(), input(port)));
  }

  /** Seals {@code compilation} with a key that is thrown away, and loads it. */
  static LoadedNetwork of(Compilation compilation, WorldOpener opener) throws Exception {
    CompiledModel model = new CompiledModel(compilation.program(), compilation.weights());
    try (VendorPrivateKey vendor = VendorPrivateKey.generate()) {
      SecureWorld world =
          opener.open(
              compilation.certificate().footprint(),
              2 * model.program().weightsBytes(),
              vendor.publicKey());
      try {
        byte[] sealed =
            Sealer.of(vendor, world.devicePublicKey())
                .seal(ModelContent.of(model), new ModelIdentity("benchmark", 1));
        return new LoadedNetwork(world, world.load(ByteBuffer.wrap(sealed)));
      } catch (WorldException | RuntimeException e) {
        world.close();
        throw e;
      }
    }
  }

  /** Answers once; returns how many nanoseconds that took the caller. */
  long infer() throws WorldException {
    long start = System.nanoTime();
    session.infer(inputs);
    return System.nanoTime() - start;
  }

  SessionStatus status() throws WorldException {
    return session.status();
  }

  /** Seeded numbers between 0 and 1; of integers 1, which is a token, a mask and a type alike. */
  private static ByteBuffer input(PortInfo port) {
    SplittableRandom random = new SplittableRandom(Networks.SEED);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(port.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      switch (port.type()) {
        case ElementType.F32 -> bytes.putFloat((float) random.nextDouble());
        case ElementType.I32 -> bytes.putInt(1);
        case ElementType.I64 -> bytes.putLong(1);
        case ElementType.I8, ElementType.U8 -> bytes.put((byte) 1);
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() {
    session.close();
    world.close();
  }
}
