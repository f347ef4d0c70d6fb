package dev.strongroom.cli;

import dev.strongroom.cli.io.InputFile;
import dev.strongroom.seal.SealedModelHeader;
import dev.strongroom.seal.VendorPublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whose models a device runs: the vendor that was named, else those in the device's directory
 * {@code vendors}, else whoever signs the first model that is run there.
 *
 * @param directory of the pinned vendors' public keys
 * @param vendors who is trusted now
 * @param firstUse whether that is only because nobody is pinned yet
 */
record VendorTrust(Path directory, List<VendorPublicKey> vendors, boolean firstUse) {
  private static final String DIRECTORY = "vendors";
  private static final int MAX_VENDORS = 1000;

  /** A vendor named by the caller. */
  static VendorTrust named(Path publicKey) throws IOException {
    return new VendorTrust(Path.of(DIRECTORY), List.of(VendorPublicKey.load(publicKey)), false);
  }

  /** Who is trusted on {@code device} with the model that claims to be what {@code header} says. */
  static VendorTrust of(Path device, SealedModelHeader header)
      throws RequestException, IOException {
    Path directory = device.resolve(DIRECTORY);
    List<VendorPublicKey> pinned = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file :
            files.filter(f -> f.toString().endsWith(".pub")).sorted().limit(MAX_VENDORS).toList()) {
          pinned.add(VendorPublicKey.load(InputFile.require(file, "vendor's key", 1 << 16)));
        }
      }
    }
    if (pinned.isEmpty()) {
      return new VendorTrust(directory, List.of(header.vendor()), true);
    }
    if (!pinned.contains(header.vendor())) {
      throw new RequestException(
          "the model is signed by vendor %s, who is not among those pinned in %s: if you trust that vendor, put the public key there or name it with --vendor"
              .formatted(header.vendor().fingerprint(), directory));
    }
    return new VendorTrust(directory, pinned, false);
  }

  /**
   * Pins the vendor of the first model, once the trusted side has checked the signature, and says
   * so.
   */
  void pinIfFirst(Console console) throws IOException {
    if (!firstUse) {
      return;
    }
    VendorPublicKey vendor = vendors.getFirst();
    Files.createDirectories(directory);
    Path file = directory.resolve(vendor.id().hex().substring(0, 16) + ".pub");
    try {
      vendor.save(file);
    } catch (dev.strongroom.seal.KeyFileException another) {
      // Another process ran the same vendor's first model meanwhile.
      return;
    }
    console.note(
        "trusting vendor %s from now on, the first whose model runs on this device (pinned in %s)"
            .formatted(vendor.fingerprint(), file));
  }
}
