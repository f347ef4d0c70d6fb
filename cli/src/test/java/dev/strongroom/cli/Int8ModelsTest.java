package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strongroom.cli.picture.Pictures;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real classifier in 8-bit integers, the whole way, beside itself in float32. */
class Int8ModelsTest {
  @TempDir private static Path directory;
  private static Workshop workshop = new Workshop(Path.of(""));

  /** Files of pictures that nothing was calibrated with, the right way up and turned by 180°. */
  private static final List<Path> PICTURES = new ArrayList<>();

  /** Of each picture, the probabilities that it is the right way up and that it is not. */
  private static final List<double[]> FLOAT32 = new ArrayList<>();

  @BeforeAll
  static void makeFiles() throws Exception {
    workshop = Workshop.in(directory);
    Path samples = Files.createDirectories(directory.resolve("samples"));
    for (Pictures drawn : Pictures.values()) {
      BufferedImage sample = drawn.draw(drawn.exampleText());
      write(sample, samples.resolve(drawn + ".png"));
      write(turned(sample), samples.resolve(drawn + " turned.png"));
    }
    BufferedImage other = Pictures.CARD.draw("6011 0009 9013 9424");
    PICTURES.add(write(other, directory.resolve("other.png")));
    PICTURES.add(write(turned(other), directory.resolve("turned.png")));
    for (Path picture : PICTURES) {
      FLOAT32.add(probabilities(run("model.sealed", picture)));
    }
    assertThat(label(FLOAT32.get(0))).as("upright").isZero();
    assertThat(label(FLOAT32.get(1))).as("turned").isEqualTo(1);
  }

  private static Path write(BufferedImage picture, Path file) throws Exception {
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private static BufferedImage turned(BufferedImage picture) {
    BufferedImage turned =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        turned.setRGB(
            picture.getWidth() - 1 - x, picture.getHeight() - 1 - y, picture.getRGB(x, y));
      }
    }
    return turned;
  }

  private static JsonNode run(String sealed, Path picture) {
    CommandLineRun run =
        CommandLineRun.of("run", workshop.file(sealed), "--input", "x=" + picture, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    return run.json();
  }

  private static double[] probabilities(JsonNode answer) {
    return answer
        .get("outputs")
        .values()
        .iterator()
        .next()
        .get("values")
        .valueStream()
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static int label(double[] probabilities) {
    return probabilities[0] > probabilities[1] ? 0 : 1;
  }

  private static JsonNode compile(String name, String budget, String... options)
      throws RequestException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "compile",
                workshop.model(),
                "-o",
                workshop.file(name + ".program"),
                "--secure-memory",
                budget,
                "--shape",
                Workshop.SHAPE,
                "--json"));
    args.addAll(List.of(options));
    CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isZero();
    return run.json();
  }

  /** Seals it and runs it on all pictures: close to float32, in just the memory certified. */
  private static void assertCloseToFloat32(String name, JsonNode certificate, double bound) {
    workshop.seal(name + ".program", "vendor.key", name + ".sealed");
    for (int i = 0; i < PICTURES.size(); i++) {
      JsonNode answer = run(name + ".sealed", PICTURES.get(i));
      double[] probabilities = probabilities(answer);
      String what = "%s on %s".formatted(name, PICTURES.get(i).getFileName());
      assertThat(label(probabilities)).as(what).isEqualTo(label(FLOAT32.get(i)));
      assertThat(probabilities).as(what).containsExactly(FLOAT32.get(i), within(bound));
      assertThat(probabilities).as(what + " are integers").isNotEqualTo(FLOAT32.get(i));
      JsonNode memory = answer.get("secureMemory");
      assertThat(memory.get("highWater").longValue())
          .as(what)
          .isEqualTo(memory.get("footprint").longValue())
          .isEqualTo(certificate.at("/secureMemory/footprint").longValue());
    }
  }

  @Test
  void int8AnswersAsFloat32DoesWhereFloat32DoesNotFit() throws Exception {
    String budget = "160KiB";
    String samples = directory.resolve("samples").toString();
    JsonNode certificate = compile("int8", budget, "--int8", "--calibrate", samples);
    assertThat(certificate.at("/int8/floatLayers")).isEmpty();
    assertThat(certificate.at("/int8/error/agreement").doubleValue()).isEqualTo(1);
    assertCloseToFloat32("int8", certificate, 0.05);
    CommandLineRun float32 =
        CommandLineRun.of(
            "compile",
            workshop.model(),
            "-o",
            workshop.file("none.program"),
            "--secure-memory",
            budget,
            "--shape",
            Workshop.SHAPE);
    assertThat(float32.status()).as("float32 in %s", budget).isEqualTo(1);
  }

  @Test
  void int8WeightsAnswerAsFloat32DoesFromALessLargeModel() throws Exception {
    JsonNode certificate = compile("weights", "400KiB", "--int8-weights");
    assertThat(certificate.at("/int8/int8Weights").longValue()).isPositive();
    assertCloseToFloat32("weights", certificate, 0.005);
    assertThat(Files.size(directory.resolve("weights.sealed")))
        .isLessThan(Files.size(directory.resolve("model.sealed")) / 2);
  }
}
