package dev.strongroom.cli;

import dev.strongroom.cli.io.InputFile;
import dev.strongroom.seal.SealReport;
import dev.strongroom.seal.SealVerifier;
import dev.strongroom.seal.SealedModelHeader;
import dev.strongroom.seal.VendorPublicKey;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code verify SEALED --vendor PUBLIC}: whether a model is as its vendor sealed it. */
@Command(
    name = "verify",
    description =
        "Says who signed a sealed model, its version and its chunks, and exactly what is wrong with"
            + " it, if anything is. Needs no device.",
    footer = "  strongroom verify model.sealed --vendor vendor.pub")
final class VerifyCommand extends CliCommand {
  @Parameters(paramLabel = "SEALED", description = "What 'seal' wrote.")
  private Path sealed = Path.of("");

  @Option(
      names = "--vendor",
      required = true,
      paramLabel = "PUBLIC",
      description = "The public key of the vendor who should have signed it.")
  private Path vendor = Path.of("");

  VerifyCommand(Console console) {
    super(console);
  }

  @Override
  int answer() throws Exception {
    VendorPublicKey key = VendorPublicKey.load(vendor);
    InputFile.require(sealed, "sealed model", Long.MAX_VALUE);
    SealReport report = SealVerifier.verify(sealed, key);
    if (json()) {
      print(toJson(report));
    } else if (report.ok()) {
      report.header().ifPresent(this::show);
    }
    if (!report.ok()) {
      console()
          .note(
              "%s is not as its vendor sealed it: %s"
                  .formatted(sealed, String.join("; ", report.faults())));
      return Failures.CANNOT_BE_MET;
    }
    return Failures.DONE;
  }

  private void show(SealedModelHeader header) {
    say("genuine    %s", header.identity());
    say("signed by  %s", header.vendor().fingerprint());
    say("for device %s", header.deviceKeyId());
    say(
        "holds      %d chunks of weights, %s, and a Program of %s; all unchanged",
        header.chunkCount(),
        Size.format(header.weightsBytes()),
        Size.format(header.programBytes()));
  }

  private static ObjectNode toJson(SealReport report) {
    ObjectNode answer = object();
    answer.put("genuine", report.ok());
    report
        .header()
        .ifPresent(
            header -> {
              answer.put("modelId", header.identity().id());
              answer.put("modelVersion", header.identity().version());
              answer.put("vendor", header.vendor().fingerprint());
              answer.put("deviceKeyId", header.deviceKeyId().hex());
              answer.put("programBytes", header.programBytes());
              answer.put("programDigest", header.programDigest().hex());
              answer.put("weightsBytes", header.weightsBytes());
              answer.put("weightsDigest", header.weightsDigest().hex());
              answer.put("chunks", header.chunkCount());
            });
    ArrayNode faults = answer.putArray("faults");
    report.faults().forEach(faults::add);
    return answer;
  }
}
