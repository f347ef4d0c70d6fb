package dev.strongroom.world;

import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.seal.VendorPublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes a model with weights that nobody knows and seals it, in a process of its own, so that the
 * process that has it run has never seen them. What it says of the weights are hashes.
 */
final class SealingProcess {
  private static final String DEVICE = "device";
  private static final String SEALED = "model.sealed";
  private static final String UNSEALED = "weights.plain";
  private static final String VENDOR = "vendor";
  private static final String HASHES = "hashes";

  private SealingProcess() {}

  /** Works in the directory that is its only argument. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    VendorPrivateKey vendor = VendorPrivateKey.generate();
    DevicePrivateKey device = DevicePrivateKey.generate();
    TinyModel model = TinyModel.of(new SecureRandom().nextLong());
    device.save(directory.resolve(DEVICE));
    byte[] weights = model.weights();
    Files.write(directory.resolve(SEALED), model.sealFor(vendor, device.publicKey()));
    Files.write(directory.resolve(UNSEALED), weights);
    Files.writeString(
        directory.resolve(VENDOR), HexFormat.of().formatHex(vendor.publicKey().raw()));
    String hashes =
        java.util.stream.IntStream.iterate(
                0, at -> at + MemorySearch.WINDOW <= weights.length, at -> at + 256)
            .mapToObj(
                at -> MemorySearch.hash(Arrays.copyOfRange(weights, at, at + MemorySearch.WINDOW)))
            .map(Long::toHexString)
            .collect(Collectors.joining("\n"));
    Files.writeString(directory.resolve(HASHES), hashes);
  }

  /**
   * What such a process leaves.
   *
   * @param hashes of windows of the plaintext weights
   */
  record Product(Path directory, VendorPublicKey vendor, List<Long> hashes) {
    Path device() {
      return directory.resolve(DEVICE);
    }

    Path sealed() {
      return directory.resolve(SEALED);
    }

    Path unsealedWeights() {
      return directory.resolve(UNSEALED);
    }
  }

  /** Runs one in an empty directory. */
  static Product run(Path directory) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ChildJvm.command(ChildJvm.classPath(), SealingProcess.class, directory.toString()))
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("the sealing process ended with " + process.exitValue());
    }
    byte[] vendor = HexFormat.of().parseHex(Files.readString(directory.resolve(VENDOR)));
    List<Long> hashes =
        Files.readAllLines(directory.resolve(HASHES)).stream()
            .map(h -> Long.parseUnsignedLong(h, 16))
            .toList();
    return new Product(directory, VendorPublicKey.of(vendor), hashes);
  }
}
