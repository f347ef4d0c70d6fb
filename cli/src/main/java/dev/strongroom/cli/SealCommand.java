package dev.strongroom.cli;

import dev.strongroom.program.CompiledModel;
import dev.strongroom.program.Verifier;
import dev.strongroom.seal.DevicePublicKey;
import dev.strongroom.seal.ExistingFile;
import dev.strongroom.seal.ModelContent;
import dev.strongroom.seal.ModelIdentity;
import dev.strongroom.seal.Sealer;
import dev.strongroom.seal.VendorPrivateKey;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seal PROGRAM …}: signs a compiled model and encrypts it for one device. */
@Command(
    name = "seal",
    description = "Signs a compiled model and encrypts it for one device.",
    footer =
        "  strongroom seal model.program --vendor vendor.key --device device/device.pub"
            + " --model-id reader --model-version 1 -o model.sealed")
final class SealCommand extends CliCommand {
  @Parameters(paramLabel = "PROGRAM", description = "What 'compile' wrote.")
  private Path program = Path.of("");

  @Option(
      names = "--vendor",
      required = true,
      paramLabel = "KEY",
      description = "The vendor's private key.")
  private Path vendor = Path.of("");

  @Option(
      names = "--device",
      required = true,
      paramLabel = "PUBLIC",
      description = "The device's public key.")
  private Path device = Path.of("");

  @Option(
      names = "--model-id",
      required = true,
      paramLabel = "ID",
      description = "What the model is called: 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.")
  private String modelId = "";

  @Option(
      names = "--model-version",
      required = true,
      paramLabel = "N",
      description = "1 or more; a later version has a larger number.")
  private long modelVersion;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the sealed model goes; a file that is there is replaced.")
  private Path output = Path.of("");

  SealCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    ModelIdentity identity = identity();
    CompiledModel model = ModelFile.readCompiled(program);
    // Whoever seals what no device will run should hear of it here.
    Verifier.verify(model.program());
    DevicePublicKey forDevice = DevicePublicKey.load(device);
    try (VendorPrivateKey by = VendorPrivateKey.load(vendor);
        Progress progress = Progress.of(console(), "sealing", " MiB", 1 << 20)) {
      Sealer.of(by, forDevice)
          .seal(ModelContent.of(model), identity, output, ExistingFile.REPLACE, progress);
      if (json()) {
        print(
            object()
                .put("sealed", output.toString())
                .put("bytes", Files.size(output))
                .put("modelId", identity.id())
                .put("modelVersion", identity.version())
                .put("vendor", by.publicKey().fingerprint())
                .put("device", forDevice.fingerprint()));
      } else {
        say("sealed      %s, %s", output, Size.format(Files.size(output)));
        say("model       %s", identity);
        say("signed by   %s", by.publicKey().fingerprint());
        say("readable by %s", forDevice.fingerprint());
      }
    }
    return Failures.DONE;
  }

  private ModelIdentity identity() throws RequestException {
    try {
      return new ModelIdentity(modelId, modelVersion);
    } catch (IllegalArgumentException e) {
      throw new RequestException(Failures.messageOf(e), e);
    }
  }
}
