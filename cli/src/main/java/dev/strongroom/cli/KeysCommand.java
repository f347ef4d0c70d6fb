package dev.strongroom.cli;

import dev.strongroom.seal.DevicePrivateKey;
import dev.strongroom.seal.VendorPrivateKey;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code keys vendor} and {@code keys device}: makes key pairs. */
@Command(
    name = "keys",
    description =
        "Makes key pairs: one for a vendor who signs models, one for a device that runs them.",
    subcommands = {KeysCommand.Vendor.class, KeysCommand.Device.class},
    footer = {"  strongroom keys vendor -o vendor.key", "  strongroom keys device -o device"})
final class KeysCommand extends CliCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  KeysCommand(Console console) {
    super(console);
  }

  @Override
  int answer() {
    throw new ParameterException(spec.commandLine(), "which keys: vendor or device?");
  }

  /** {@code keys vendor -o FILE}. */
  @Command(
      name = "vendor",
      description =
          "Makes a vendor's key pair (Ed25519): FILE, for the vendor alone (mode 0600), and the"
              + " public key beside it.",
      footer = "  strongroom keys vendor -o vendor.key")
  static final class Vendor extends CliCommand {
    @Option(
        names = {"-o", "--output"},
        required = true,
        paramLabel = "FILE",
        description =
            "The private key; the public key's name ends with .pub. Nothing is overwritten.")
    private Path output = Path.of("");

    Vendor(Console console) {
      super(console);
    }

    @Override
    int answer() throws Exception {
      try (VendorPrivateKey key = VendorPrivateKey.generate()) {
        Path publicFile = key.save(output);
        return answer(output, publicFile, key.publicKey().fingerprint());
      }
    }

    private int answer(Path privateFile, Path publicFile, String fingerprint) {
      if (json()) {
        print(KeysCommand.toJson(privateFile, publicFile, fingerprint));
      } else {
        say("private key  %s: sign with it, and keep it to yourself", privateFile);
        say("public key   %s: give it to whoever is to trust your models", publicFile);
        say("fingerprint  %s", fingerprint);
      }
      return Failures.DONE;
    }
  }

  /** {@code keys device -o DIR}. */
  @Command(
      name = "device",
      description = {
        "Makes a device's key pair (X25519) in DIR: device.key, for the trusted side alone (mode"
            + " 0600), and device.pub.",
        "The directory is noted in ~/.strongroom/devices, where 'run' looks for the device that a"
            + " model was sealed for; STRONGROOM_HOME names another place than ~/.strongroom."
      },
      footer = "  strongroom keys device -o device")
  static final class Device extends CliCommand {
    @Option(
        names = {"-o", "--output"},
        required = true,
        paramLabel = "DIR",
        description = "The directory, created if need be. Nothing is overwritten.")
    private Path output = Path.of("");

    Device(Console console) {
      super(console);
    }

    @Override
    int answer() throws Exception {
      try (DevicePrivateKey key = DevicePrivateKey.generate()) {
        key.save(output);
        Devices.ofUser().add(output);
        Path publicFile = output.resolve(DevicePrivateKey.PUBLIC_FILE);
        String fingerprint = key.publicKey().fingerprint();
        if (json()) {
          print(
              KeysCommand.toJson(
                  output.resolve(DevicePrivateKey.PRIVATE_FILE), publicFile, fingerprint));
        } else {
          say("device       %s", output);
          say(
              "public key   %s: give it to vendors who are to seal models for this device",
              publicFile);
          say("fingerprint  %s", fingerprint);
        }
      }
      return Failures.DONE;
    }
  }

  private static ObjectNode toJson(Path privateFile, Path publicFile, String fingerprint) {
    return object()
        .put("privateKey", privateFile.toString())
        .put("publicKey", publicFile.toString())
        .put("fingerprint", fingerprint);
  }
}
