package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.cli.io.Npy;
import dev.strongroom.cli.picture.Pictures;
import dev.strongroom.compiler.quantise.Quantised;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.OnnxModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/** What the options for quantisation do, up to the graph that is to be compiled. */
class Int8OptionsTest {
  private static final long SEED = 20_26;

  @TempDir private Path directory;

  @Command
  private static final class Holder {
    @Mixin private Int8Options int8 = new Int8Options();
    @Mixin private PictureOptions pictures = new PictureOptions();
  }

  private static Optional<Quantised> apply(Graph graph, String... args) throws Exception {
    Holder holder = new Holder();
    new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return holder.int8.apply(graph, holder.pictures, new Console(nowhere, nowhere, false, false));
  }

  private static Graph classifier() throws Exception {
    return OnnxModel.read(Distribution.model("ch_ppocr_mobile_v2.0_cls_infer.onnx"))
        .bind(Map.of("x", Shape.of(1, 3, 48, 192)));
  }

  private void drawPictures() throws Exception {
    for (Pictures drawn : Pictures.values()) {
      ImageIO.write(
          drawn.draw(drawn.exampleText()), "png", directory.resolve(drawn + ".png").toFile());
    }
    Files.writeString(directory.resolve("README"), "not a sample");
  }

  /** x and y, 1 by 4 each, added and multiplied by a matrix. */
  private static Graph twoInputs() {
    float[] weights = new float[12];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 12; i++) {
      weights[i] = (float) random.nextDouble(-1, 1);
    }
    return new Graph(
        "two",
        List.of("x", "in/y"),
        List.of("z"),
        List.of(
            new Node("sum", new Op.Binary(Op.Binary.Kind.ADD), List.of("x", "in/y"), "s"),
            new Node("product", new Op.MatMul(), List.of("s", "w"), "z")),
        Map.of("w", Tensor.ofFloats(weights, 4, 3)),
        Map.of(
            "x", TensorType.float32(1, 4),
            "in/y", TensorType.float32(1, 4),
            "s", TensorType.float32(1, 4),
            "w", TensorType.float32(4, 3),
            "z", TensorType.float32(1, 3)));
  }

  private void writeArray(String file, int seed, int... shape) throws Exception {
    int count = (int) Shape.of(shape).elements();
    ByteBuffer data = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(SEED + seed);
    for (int i = 0; i < count; i++) {
      data.putFloat((float) random.nextDouble(-1, 1));
    }
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    new Npy(Npy.Type.FLOAT32, shape, data.flip()).write(path);
  }

  @Test
  void aRealClassifierIsQuantisedOnPicturesAndAgreesWithItself() throws Exception {
    drawPictures();
    for (String range : List.of("minmax", "percentile", "mse")) {
      Quantised quantised =
          apply(
                  classifier(),
                  "--int8",
                  "--calibrate",
                  directory.toString(),
                  "--calibration-range",
                  range,
                  "--channels",
                  "bgr")
              .orElseThrow();
      assertThat(quantised.samples()).isEqualTo(Pictures.values().length);
      assertThat(quantised.floatLayers()).isEmpty();
      assertThat(4 * quantised.int8Weights()).isEqualTo(quantised.weightBytes());
      assertThat(quantised.error().orElseThrow().relative()).as(range).isBetween(1e-6, 0.2);
      ObjectNode answer = CliCommand.object();
      QuantisedView.put(answer, Optional.of(quantised));
      assertThat(answer.at("/int8/samples").intValue()).isEqualTo(Pictures.values().length);
      assertThat(answer.at("/int8/error/sqnrDb").doubleValue()).isGreaterThan(14);
      assertThat(answer.at("/int8/error/agreement").isNumber()).isTrue();
      assertThat(answer.at("/int8/floatLayers").isArray()).isTrue();
    }
  }

  @Test
  void aBoundOnTheErrorLeavesLayersInFloatAndSaysWhich() throws Exception {
    drawPictures();
    double bound = 0.005;
    Quantised mixed =
        apply(
                classifier(),
                "--int8",
                "--calibrate",
                directory.toString(),
                "--int8-max-error",
                Double.toString(bound))
            .orElseThrow();
    assertThat(mixed.error().orElseThrow().relative()).isLessThanOrEqualTo(bound);
    assertThat(mixed.allInt8().orElseThrow().relative()).isGreaterThan(bound);
    assertThat(mixed.floatLayers()).isNotEmpty().hasSizeLessThan(mixed.layers());
    ObjectNode answer = CliCommand.object();
    QuantisedView.put(answer, Optional.of(mixed));
    assertThat(answer.at("/int8/floatLayers").size()).isEqualTo(mixed.floatLayers().size());
    assertThat(answer.at("/int8/allInt8/relative").doubleValue())
        .isGreaterThan(answer.at("/int8/error/relative").doubleValue());
  }

  @Test
  void weightsAloneNeedNoSamples() throws Exception {
    Quantised weights = apply(classifier(), "--int8-weights").orElseThrow();
    assertThat(weights.error()).isEmpty();
    assertThat(weights.int8Weights()).isPositive();
    ObjectNode answer = CliCommand.object();
    QuantisedView.put(answer, Optional.of(weights));
    assertThat(answer.at("/int8/error").isNull()).isTrue();
    assertThat(apply(classifier())).isEmpty();
  }

  @Test
  void severalInputsHaveADirectoryEach() throws Exception {
    for (int i = 0; i < 3; i++) {
      writeArray("x/" + i + ".npy", i, 1, 4);
      writeArray("in_y/" + i + ".npy", 10 + i, 1, 4);
    }
    Quantised quantised =
        apply(twoInputs(), "--int8", "--calibrate", directory.toString()).orElseThrow();
    assertThat(quantised.samples()).isEqualTo(3);
    assertThat(quantised.error().orElseThrow().relative()).isLessThan(0.05);
    writeArray("x/3.npy", 3, 1, 4);
    refused(twoInputs(), directory, "4 files for input x but 3 for input in/y");
  }

  private static void refused(Graph graph, Path samples, String... words) {
    assertThatThrownBy(() -> apply(graph, "--int8", "--calibrate", samples.toString()))
        .isInstanceOf(RequestException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void directoriesThatDoNotServeAreRefusedInOneSentence() throws Exception {
    Graph two = twoInputs();
    refused(two, directory.resolve("none"), "does not exist");
    refused(two, directory, "has 2 inputs", "a directory for each");
    Files.createDirectories(directory.resolve("x"));
    refused(two, directory, "holds no .npy, .png or .jpg file");
    writeArray("x/0.npy", 0, 2, 4);
    writeArray("in_y/0.npy", 0, 1, 4);
    refused(two, directory, "input x takes float32 [1, 4]", "[2, 4]");
    Files.write(directory.resolve("x/0.npy"), new byte[] {1, 2, 3});
    refused(two, directory, "0.npy");
    Files.delete(directory.resolve("x/0.npy"));
    drawPictures();
    Files.copy(directory.resolve(Pictures.values()[0] + ".png"), directory.resolve("x/0.png"));
    refused(two, directory, "which the picture", "cannot become");
    refused(two, directory.resolve("README"), "is not a directory");
  }
}
