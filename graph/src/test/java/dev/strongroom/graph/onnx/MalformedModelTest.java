package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.proto.GraphProto;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MalformedModelTest {
  @TempDir Path directory;

  @Test
  void filesThatAreNoModelsAreRefusedInOneSentence() throws Exception {
    refuse(new byte[0], "bad.onnx: this is not an ONNX model: it holds no graph of operators");
    refuse("{\"model\": 1}\n".getBytes(), "bad.onnx is not an ONNX model, or is cut off: ");
    byte[] random = new byte[100_000];
    new Random(7).nextBytes(random);
    refuse(random, "bad.onnx is not an ONNX model, or is cut off: ");
    assertThatThrownBy(() -> OnnxModel.read(directory))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("is not a file");
    assertThatThrownBy(() -> OnnxModel.read(directory.resolve("missing.onnx")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private void refuse(byte[] bytes, String message) throws Exception {
    Path file = Files.write(directory.resolve("bad.onnx"), bytes);
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatAFileCallsThingsCannotBreakTheSentence() {
    assertThatThrownBy(
            () ->
                ModelBuilder.opset(13)
                    .node("A\nB\u001b[2J", "x", "y")
                    .input("x", 1)
                    .output("y")
                    .bind())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("A\ufffdB\ufffd[2J \"A\ufffdB\ufffd[2J_of_test\"");
  }

  @Test
  void aFileBeyondTwoGibibytesIsRefusedUnread() throws Exception {
    Path file = directory.resolve("large.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("large.onnx has 3221225472 bytes");
  }

  @Test
  void aModelThatIsCutOffIsRefused() throws Exception {
    byte[] whole = PaddleOcr.CLS.bytes();
    for (int i = 1; i < 40; i++) {
      byte[] part = Arrays.copyOf(whole, (int) ((long) whole.length * i / 40));
      expectInvalid(part, "cut to " + part.length);
    }
  }

  private static void expectInvalid(byte[] bytes, String what) {
    try {
      ModelBuilder.read(bytes).bind(Map.of("x", Shape.of(1, 3, 48, 192)));
      fail("a model %s was accepted", what);
    } catch (InvalidModelException e) {
      assertThat(e.getMessage()).as(what).startsWith("model.onnx");
    }
  }

  @Test
  void aGraphNestedTooDeepIsRefused() throws Exception {
    GraphProto graph = GraphProto.getDefaultInstance();
    for (int i = 0; i < 400; i++) {
      graph =
          GraphProto.newBuilder()
              .addNode(ModelBuilder.proto("If", "x", "y", "then_branch", graph))
              .build();
    }
    byte[] bytes =
        ModelBuilder.opset(13)
            .node("If", "x", "y", "then_branch", graph)
            .output("y")
            .build()
            .toByteArray();
    assertThatThrownBy(() -> ModelBuilder.read(bytes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("is not an ONNX model, or is cut off");
  }

  /** Bytes are changed, inserted and removed; nothing but a model or the exception may come out. */
  @Test
  void noMutationOfAModelDoesAnythingElse() {
    byte[] model = everyFamily().build().toByteArray();
    int accepted = 0;
    int refused = 0;
    for (int seed = 0; seed < 3000; seed++) {
      byte[] mutant = mutate(model, new Random(seed));
      try {
        ModelBuilder.read(mutant).bind(Map.of("x", Shape.of(1, 4, 8, 8)));
        accepted++;
      } catch (InvalidModelException e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith("model.onnx");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "seed %d: %s from %s".formatted(seed, e, HexFormat.of().formatHex(mutant)), e);
      }
    }
    // Both happen often, so that the search reaches behind the parser.
    assertThat(accepted).isGreaterThan(300);
    assertThat(refused).isGreaterThan(1500);
  }

  private static byte[] mutate(byte[] model, Random random) {
    byte[] mutant = model.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant[at] = new byte[] {0, 1, -1, 127, -128}[random.nextInt(5)];
        default -> {
          int from = random.nextInt(mutant.length);
          int length = Math.min(1 + random.nextInt(8), mutant.length - Math.max(at, from));
          System.arraycopy(model, from, mutant, at, length);
        }
      }
    }
    return random.nextInt(20) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
  }

  /** A model that holds a node of nearly every translator. */
  private static ModelBuilder everyFamily() {
    float[] ones = new float[64];
    Arrays.fill(ones, 1);
    return ModelBuilder.opset(13)
        .input("x", 1, 4, "h", "w")
        .constant("w", Tensor.ofFloats(Arrays.copyOf(ones, 36), 4, 1, 3, 3))
        .constant("c", Tensor.ofFloats(Arrays.copyOf(ones, 4), 4))
        .constant("m", Tensor.ofFloats(Arrays.copyOf(ones, 32), 8, 4))
        .constant("scales", Tensor.ofFloats(new float[] {1, 1, 2, 2}, 4))
        .constant("zero", Tensor.ofFloats(new float[1]))
        .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
        .longs("axes", 2)
        .longs("starts", 1, -1)
        .longs("ends", 4, -9)
        .longs("sliced", 2, 3)
        .longs("steps", 1, -2)
        .longs("two", 2, 2)
        .longs("wide", 3, 2, 1, 5)
        .node("Pad", "x pads", "padded")
        .node("Conv", "padded w c", "a", "group", 4, "strides", new int[] {1, 1})
        .node("BatchNormalization", "a c c c c", "b", "epsilon", 0.1f)
        .node("HardSigmoid", "b", "d", "alpha", 0.3f)
        .node("MaxPool", "d", "e", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2})
        .node(
            "Resize",
            "e - scales",
            "f",
            "mode",
            "nearest",
            "coordinate_transformation_mode",
            "asymmetric",
            "nearest_mode",
            "floor")
        .node("ConvTranspose", "f w", "g", "group", 4, "pads", new int[] {1, 1, 1, 1})
        .node("Add", "g d", "h")
        .node("MatMul", "h m", "i")
        .node("Softmax", "i", "j", "axis", -1)
        .node("Slice", "j starts ends sliced steps", "k")
        .node("Transpose", "k", "l", "perm", new int[] {0, 2, 3, 1})
        .node("Shape", "l", "s")
        .node("Split", "s two", "s1 s2")
        .node("Concat", "s1 s2", "s3", "axis", 0)
        .node("ReduceProd", "s3", "s4", "keepdims", 1)
        .node("Reshape", "l s4", "n")
        .node("Reshape", "n s3", "o")
        .node("ReduceMean", "o", "p", "axes", new int[] {1}, "keepdims", 0)
        .node("Unsqueeze", "p axes", "q")
        .node("Gather", "q axes", "r", "axis", 3)
        .node("Clip", "r zero", "t")
        .node("Expand", "t wide", "u")
        .node("Where", "cond zero zero", "v")
        .node("Less", "axes two", "cond")
        .node("Cast", "v", "v2", "to", 7)
        .node("Tile", "v2 axes", "v3")
        .node("Cast", "v3", "v4", "to", 1)
        .node("ReduceSum", "v4", "v5")
        .node("Mul", "u v5", "y")
        .output("y");
  }

  @Test
  void theModelThatIsMutatedIsAGoodOne() throws Exception {
    assertThat(everyFamily().bind("x", 1, 4, 8, 8).nodes()).hasSizeGreaterThan(12);
  }
}
