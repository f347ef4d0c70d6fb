package dev.strongroom.cli;

import dev.strongroom.cli.demo.CtcDecoder;
import dev.strongroom.cli.demo.LineReader;
import dev.strongroom.cli.picture.PictureFile;
import dev.strongroom.cli.picture.Pictures;
import dev.strongroom.cli.picture.Preview;
import dev.strongroom.program.CompiledModel;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code demo}: reads the text of a picture in a secure world smaller than the model. */
@Command(
    name = "demo",
    description = {
      "Reads the text of a picture, in less secure memory than the model has weights: PP-OCRv4's"
          + " recogniser (10.9 MB) is compiled, sealed, carried to a secure world as ciphertext, and"
          + " run there.",
      "The picture is drawn on the spot, or yours: --image takes one line of text."
    },
    footer = {
      "  strongroom demo",
      "  strongroom demo --picture meter --text 0815 --secure-memory 6MiB",
      "  strongroom demo --image line.png --json"
    })
final class DemoCommand extends CliCommand {
  private static final int REPEAT = 5;

  @Option(
      names = "--picture",
      paramLabel = "WHAT",
      defaultValue = "card",
      description = "What to draw: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Pictures picture = Pictures.CARD;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "What to write on it: A-Z, 0-9, space and . , : - / (up to 20 signs).")
  private Optional<String> text = Optional.empty();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Read this picture of one line of text instead (.png, .jpg).")
  private Optional<Path> image = Optional.empty();

  @Option(
      names = "--save",
      paramLabel = "FILE.png",
      description = "Save the picture that was read.")
  private Optional<Path> save = Optional.empty();

  @Option(
      names = "--secure-memory",
      paramLabel = "SIZE",
      defaultValue = "8MiB",
      description = "Secure memory of the world (default: ${DEFAULT-VALUE}).")
  private Size secureMemory = new Size(1);

  DemoCommand(Console console) {
    super(console);
  }

  /** All that a demonstration brought to light. */
  private record Result(
      CtcDecoder.Line line,
      Measurement measurement,
      DemoModel model,
      long weightsBytes,
      long sealedModelBytes,
      long crossingBytes) {}

  @Override
  int answer() throws Exception {
    try (VendorPrivateKey vendor = VendorPrivateKey.generate();
        OpeningWorld opening =
            OpeningWorld.start(
                () ->
                    Worlds.openLocal(
                        secureMemory, 0, Optional.empty(), List.of(vendor.publicKey())))) {
      BufferedImage shown = picture();
      if (save.isPresent()) {
        save(shown, save.get());
      }
      DemoModel model = DemoModel.compile(LineReader.widthFor(shown), secureMemory);
      SecureWorld world = opening.await();
      Result result = run(model, shown, vendor, world);
      if (json()) {
        print(toJson(result, world));
      } else {
        show(result, shown, world);
      }
    }
    return Failures.DONE;
  }

  private BufferedImage picture() throws RequestException, IOException {
    if (image.isPresent()) {
      if (text.isPresent()) {
        throw new RequestException(
            "--image brings a picture and --text wants one drawn: leave one of them out");
      }
      return PictureFile.read(image.get());
    }
    try {
      return picture.draw(drawnText());
    } catch (IllegalArgumentException e) {
      throw new RequestException(Failures.messageOf(e), e);
    }
  }

  private String drawnText() {
    return text.orElse(picture.exampleText());
  }

  private static void save(BufferedImage picture, Path file) throws IOException, RequestException {
    if (!file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".png")) {
      throw new RequestException("--save %s: pictures are saved as .png".formatted(file));
    }
    // Given the file itself, ImageIO would not say what is wrong with it.
    try (OutputStream out = Files.newOutputStream(file)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IOException("this Java platform writes no PNG");
      }
    }
  }

  private Result run(
      DemoModel model, BufferedImage shown, VendorPrivateKey vendor, SecureWorld world)
      throws Exception {
    LineReader reader =
        new LineReader(LineReader.widthFor(shown), CtcDecoder.ofLines(model.alphabet()));
    CompiledModel compiled = model.compiled();
    ByteBuffer sealed = SealedCopy.of(compiled, "demo-line-reader", vendor, world);
    int sealedBytes = sealed.remaining();
    try (Session session = world.load(sealed)) {
      String input = session.inputs().getFirst().name();
      String output = session.outputs().getFirst().name();
      Measurement measurement =
          Measurement.of(session, Map.of(input, reader.tensor(shown)), REPEAT, console());
      ByteBuffer probabilities = measurement.outputs().get(output);
      if (probabilities == null) {
        throw new IllegalStateException("the world gave no output " + output);
      }
      return new Result(
          reader.text(probabilities),
          measurement,
          model,
          compiled.program().weightsBytes(),
          sealedBytes,
          session.crossingBytes());
    }
  }

  private void show(Result result, BufferedImage shown, SecureWorld world) {
    if (console().outIsTerminal()) {
      console().out().println();
      console().out().println(Preview.of(shown));
    }
    Measurement m = result.measurement();
    say("text read         %s", result.line().text());
    if (image.isEmpty()) {
      boolean same = result.line().text().equals(drawnText());
      say(
          "text drawn        %s",
          same ? "the same, on a picture of a " + picture : drawnText() + ", which differs");
    }
    say(
        "latency           first %s ms, median %s ms of %d",
        m.firstMillis(), m.medianMillis(), REPEAT);
    say(
        "secure memory     high-water mark %s, certified footprint %s, budget %s",
        Size.format(m.status().highWater()),
        Size.format(m.status().footprint()),
        Size.format(m.status().budget()));
    say(
        "compiled          for this budget, smallest that works %s",
        Size.format(result.model().smallestBudget()));
    say(
        "weights           %s in all, %s of them streamed and opened for each picture",
        Size.format(result.weightsBytes()), Size.format(m.status().bytesOpened()));
    say(
        "secure world      %s, %s memory; a hardened process, not TrustZone",
        world.kind(), world.memory());
    say(
        "normal world saw  ciphertext only: %,d bytes of sealed model, then %,d bytes of sealed"
            + " input and answer a picture",
        result.sealedModelBytes(), result.crossingBytes());
  }

  private ObjectNode toJson(Result result, SecureWorld world) {
    ObjectNode answer = object();
    answer.put("text", result.line().text());
    answer.put("confidence", result.line().confidence());
    if (image.isPresent()) {
      answer.put("image", image.get().toString());
    } else {
      answer.put("picture", picture.toString());
      answer.put("drawn", drawnText());
    }
    Measurement m = result.measurement();
    m.putLatency(answer);
    m.putSecureMemory(answer);
    Measurement.putWorld(answer, world);
    answer
        .putObject("perInference")
        .put("switches", Measurement.SWITCHES)
        .put("bytesOpened", m.status().bytesOpened())
        .put("macs", result.model().macs());
    answer.put("weightsBytes", result.weightsBytes());
    answer.put("smallestBudget", result.model().smallestBudget());
    answer
        .putObject("crossed")
        .put("sealedModelBytes", result.sealedModelBytes())
        .put("sealedBytesPerInference", result.crossingBytes());
    answer.put("threads", 1);
    return answer;
  }
}
