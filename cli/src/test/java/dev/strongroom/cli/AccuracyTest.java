package dev.strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.cli.picture.PictureFile;
import dev.strongroom.cli.picture.PictureTensor;
import dev.strongroom.cli.picture.Pictures;
import dev.strongroom.compiler.BudgetTooSmallException;
import dev.strongroom.compiler.Compilation;
import dev.strongroom.compiler.CompileOptions;
import dev.strongroom.compiler.Compiler;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.OnnxModel;
import dev.strongroom.seal.VendorPrivateKey;
import dev.strongroom.world.SecureWorld;
import dev.strongroom.world.Session;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real models, the whole way: compiled for 8 MiB, sealed, run in the local world, and compared with
 * ONNX Runtime on seeded inputs and on pictures.
 */
class AccuracyTest {
  private static final long BUDGET = 8L << 20;
  private static final int SEEDED_INPUTS = 10;

  /** Photographs of Debian's darknet package; drawn pictures are tried in any case. */
  private static final Path PHOTOGRAPHS = Path.of("/usr/share/darknet/data");

  /** The models, and the size of picture that they take. */
  enum Model {
    TEXT_DIRECTION("ch_ppocr_mobile_v2.0_cls_infer.onnx", 48, 192),
    TEXT_DETECTION("ch_PP-OCRv4_det_infer.onnx", 320, 320),
    TEXT_RECOGNITION("ch_PP-OCRv4_rec_infer.onnx", 48, 320);

    private final String file;
    private final int height;
    private final int width;

    Model(String file, int height, int width) {
      this.file = file;
      this.height = height;
      this.width = width;
    }

    Path path() throws RequestException {
      return Distribution.model(file);
    }

    Graph graph() throws Exception {
      return OnnxModel.read(path()).bind(Map.of("x", Shape.of(1, 3, height, width)));
    }

    float[] expected(OnnxRuntime runtime, float[] input) throws Exception {
      return runtime.run("x", input, 1, 3, height, width);
    }

    private Map<String, float[]> inputs() throws Exception {
      Map<String, float[]> inputs = new LinkedHashMap<>();
      for (long seed = 1; seed <= SEEDED_INPUTS; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[3 * height * width];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-1, 1);
        }
        inputs.put("seed " + seed, values);
      }
      PictureTensor tensor =
          new PictureTensor(3, height, width, PictureTensor.ChannelOrder.BGR, 0.5f, 0.5f);
      for (Map.Entry<String, BufferedImage> picture : pictures().entrySet()) {
        inputs.put(picture.getKey(), floats(tensor.of(picture.getValue())));
      }
      return inputs;
    }
  }

  private static Map<String, BufferedImage> pictures() throws Exception {
    Map<String, BufferedImage> pictures = new LinkedHashMap<>();
    for (Pictures drawn : Pictures.values()) {
      pictures.put("drawn " + drawn, drawn.draw(drawn.exampleText()));
    }
    for (String name : List.of("dog.jpg", "eagle.jpg", "horses.jpg")) {
      Path photograph = PHOTOGRAPHS.resolve(name);
      if (Files.isReadable(photograph)) {
        pictures.put(name, PictureFile.read(photograph));
      }
    }
    return pictures;
  }

  private static float[] floats(ByteBuffer buffer) {
    float[] values = new float[buffer.remaining() / 4];
    buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  @ParameterizedTest
  @EnumSource(Model.class)
  void answersEqualOnnxRuntimesIn8MiBOfSecureMemory(Model model) throws Exception {
    Compilation compilation = Compiler.compile(model.graph(), CompileOptions.forBudget(BUDGET));
    compare(model, compilation, BUDGET, model.inputs());
  }

  @Test
  void theRecogniserAnswersTheSameInItsSmallestBudget() throws Exception {
    Model model = Model.TEXT_RECOGNITION;
    long smallest = smallestBudget(model);
    assertThat(smallest).isLessThan(3L << 20);
    Compilation compilation = Compiler.compile(model.graph(), CompileOptions.forBudget(smallest));
    assertThat(compilation.certificate().footprint()).isEqualTo(smallest);
    assertThat(compilation.program().residentChunks()).as("weights that stay").isZero();
    // Layers in bands open theirs once for each.
    assertThat(compilation.certificate().bytesOpened())
        .as("weights opened for each inference")
        .isGreaterThanOrEqualTo(compilation.program().weightsBytes());
    Map<String, float[]> inputs = model.inputs();
    inputs.keySet().removeIf(name -> name.startsWith("seed") && !name.equals("seed 1"));
    compare(model, compilation, smallest, inputs);
  }

  private static long smallestBudget(Model model) throws Exception {
    return Compiler.compile(model.graph(), CompileOptions.unlimited())
        .certificate()
        .smallestBudget();
  }

  @Test
  void oneByteLessThanTheSmallestBudgetIsRefusedWithTheSmallestThatWorks() throws Exception {
    long smallest = smallestBudget(Model.TEXT_RECOGNITION);
    try {
      Compiler.compile(Model.TEXT_RECOGNITION.graph(), CompileOptions.forBudget(smallest - 1));
      throw new AssertionError("compiled in " + (smallest - 1) + " bytes");
    } catch (BudgetTooSmallException e) {
      assertThat(e.smallestBudget()).isEqualTo(smallest);
    }
  }

  private static void compare(
      Model model, Compilation compilation, long budget, Map<String, float[]> inputs)
      throws Exception {
    try (OnnxRuntime runtime = new OnnxRuntime(model.path());
        VendorPrivateKey vendor = VendorPrivateKey.generate();
        SecureWorld world =
            Worlds.openLocal(new Size(budget), 0, Optional.empty(), List.of(vendor.publicKey()));
        Session session =
            world.load(SealedCopy.of(ModelFile.compiled(compilation), "accuracy", vendor, world))) {
      for (Map.Entry<String, float[]> input : inputs.entrySet()) {
        Map<String, ByteBuffer> answer = session.infer(Map.of("x", bytes(input.getValue())));
        assertThat(answer).hasSize(1);
        assertClose(
            "%s on %s".formatted(model, input.getKey()),
            floats(answer.values().iterator().next()),
            model.expected(runtime, input.getValue()));
        assertThat(session.status().highWater())
            .as("high-water mark after %s", input.getKey())
            .isEqualTo(compilation.certificate().footprint())
            .isLessThanOrEqualTo(budget);
      }
      assertThat(session.status().bytesOpened())
          .as("weights opened for each inference")
          .isEqualTo(compilation.certificate().bytesOpened());
    }
  }

  /** Within 1e-4 relative or 1e-5 absolute. */
  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = Math.max(1e-5, 1e-4 * Math.abs(expected[i]));
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            "%s: element %d of %d is %s, ONNX Runtime says %s"
                .formatted(what, i, actual.length, actual[i], expected[i]));
      }
    }
  }
}
