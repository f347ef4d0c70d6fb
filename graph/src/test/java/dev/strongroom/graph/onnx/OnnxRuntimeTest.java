package dev.strongroom.graph.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The importer and the interpreter together against ONNX Runtime. */
class OnnxRuntimeTest {
  private static final double RELATIVE = 1e-4;
  private static final double ABSOLUTE = 1e-5;

  @TempDir Path directory;

  @Test
  void cls() throws Exception {
    compare(PaddleOcr.CLS, 1, 3, 48, 192);
  }

  @Test
  void det() throws Exception {
    compare(PaddleOcr.DET, 1, 3, 64, 96);
  }

  @Test
  void rec() throws Exception {
    compare(PaddleOcr.REC, 1, 3, 48, 64);
  }

  private void compare(PaddleOcr model, int... dims) throws Exception {
    Graph graph = model.bind(directory, dims);
    Tensor x = random(new Random(42), dims);
    Tensor actual = Interpreter.run(graph, Map.of("x", x)).get(graph.outputs().getFirst());
    Tensor expected = OnnxRuntime.run(model.bytes(), "x", x);
    TensorAssert.assertClose(actual, expected, RELATIVE, ABSOLUTE);
  }

  /** Whatever attributes a convolution or pooling has, within what ONNX allows. */
  @TestFactory
  Stream<DynamicTest> randomWindows() {
    return Stream.iterate(1000, seed -> seed + 1)
        .limit(120)
        .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> compareRandom(seed)));
  }

  private static void compareRandom(int seed) throws Exception {
    Random random = new Random(seed);
    Tensor x =
        random(random, 1 + random.nextInt(2), 4, 5 + random.nextInt(6), 5 + random.nextInt(6));
    ModelBuilder model =
        ModelBuilder.opset(random.nextBoolean() ? 13 : 19)
            .input("x", x.shape().dim(0), 4, x.shape().dim(2), x.shape().dim(3))
            .output("y");
    int[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
    List<Object> attributes = new ArrayList<>();
    attributes.addAll(List.of("kernel_shape", kernel));
    attributes.addAll(List.of("strides", new int[] {1 + random.nextInt(3), 1 + random.nextInt(3)}));
    String opType = List.of("Conv", "ConvTranspose", "MaxPool", "AveragePool").get(seed % 4);
    // A transposed convolution may not be enlarged beyond what its filter reaches.
    if (random.nextInt(3) == 0 && !opType.equals("ConvTranspose")) {
      attributes.addAll(List.of("auto_pad", random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER"));
    } else {
      int[] pads = new int[4];
      for (int i = 0; i < 4; i++) {
        pads[i] = random.nextInt(kernel[i % 2]);
      }
      attributes.addAll(List.of("pads", pads));
      if (!opType.equals("AveragePool") && random.nextBoolean()) {
        attributes.addAll(List.of("dilations", new int[] {1 + random.nextInt(2), 1}));
      }
      if (opType.endsWith("Pool")) {
        attributes.addAll(List.of("ceil_mode", random.nextInt(2)));
      }
    }
    String inputs = "x";
    if (opType.startsWith("Conv")) {
      int groups = List.of(1, 2, 4).get(random.nextInt(3));
      attributes.addAll(List.of("group", groups));
      int[] weights =
          opType.equals("Conv")
              ? new int[] {8, 4 / groups, kernel[0], kernel[1]}
              : new int[] {4, 8 / groups, kernel[0], kernel[1]};
      model.constant("w", random(random, weights)).constant("b", random(random, 8));
      inputs = random.nextBoolean() ? "x w b" : "x w";
    }
    model.node(opType, inputs, "y", attributes.toArray());
    Tensor expected = OnnxRuntime.run(model.build().toByteArray(), "x", x);
    TensorAssert.assertClose(model.run("x", x), expected, RELATIVE, ABSOLUTE);
  }

  /** Resize is accepted in exactly those modes that repeat elements. */
  @TestFactory
  Stream<DynamicTest> nearestResize() {
    List<String> coordinates =
        List.of("asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners");
    List<String> roundings = List.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil");
    return coordinates.stream()
        .flatMap(
            c ->
                roundings.stream()
                    .flatMap(
                        r ->
                            Stream.of(2, 3, 5)
                                .map(
                                    f ->
                                        DynamicTest.dynamicTest(
                                            c + " " + r + " " + f, () -> resize(c, r, f)))));
  }

  private static void resize(String coordinates, String rounding, int factor) throws Exception {
    Tensor x = random(new Random(factor), 1, 1, 3, 4);
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 1, 3, 4)
            .constant("scales", Tensor.ofFloats(new float[] {1, 1, factor, 2}, 4))
            .node(
                "Resize",
                "x - scales",
                "y",
                "mode",
                "nearest",
                "coordinate_transformation_mode",
                coordinates,
                "nearest_mode",
                rounding)
            .output("y");
    float[] repeated = new float[3 * factor * 8];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = x.floats()[i / 8 / factor * 4 + i % 8 / 2];
    }
    Tensor expected = OnnxRuntime.run(model.build().toByteArray(), "x", x);
    if (Arrays.equals(expected.floats(), repeated)) {
      TensorAssert.assertClose(model.run("x", x), expected, 0, 0);
    } else {
      assertThatThrownBy(model::bind)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("do not repeat each element");
    }
  }

  /** Mode linear, larger and smaller, in every mode of coordinates, by scales and by sizes. */
  @TestFactory
  Stream<DynamicTest> linearResize() {
    List<String> coordinates =
        List.of("asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners");
    List<float[]> scales =
        List.of(
            new float[] {2, 2},
            new float[] {3, 1},
            new float[] {1.5f, 2.2f},
            new float[] {0.6f, 0.5f},
            new float[] {0.3f, 4});
    return coordinates.stream()
        .flatMap(
            c ->
                scales.stream()
                    .flatMap(
                        s ->
                            Stream.of(true, false)
                                .map(
                                    sizes ->
                                        DynamicTest.dynamicTest(
                                            "%s %s %s"
                                                .formatted(
                                                    c,
                                                    Arrays.toString(s),
                                                    sizes ? "sizes" : "scales"),
                                            () -> linear(c, s, sizes)))));
  }

  private static void linear(String coordinates, float[] scales, boolean sizes) throws Exception {
    Tensor x = random(new Random(5), 1, 3, 5, 6);
    ModelBuilder model =
        ModelBuilder.opset(13)
            .input("x", 1, 3, 5, 6)
            .longs("sizes", 1, 3, (int) (5 * scales[0]), (int) (6 * scales[1]))
            .constant("scales", Tensor.ofFloats(new float[] {1, 1, scales[0], scales[1]}, 4))
            .node(
                "Resize",
                sizes ? "x - - sizes" : "x - scales",
                "y",
                "mode",
                "linear",
                "coordinate_transformation_mode",
                coordinates)
            .output("y");
    Tensor expected = OnnxRuntime.run(model.build().toByteArray(), "x", x);
    TensorAssert.assertClose(model.run("x", x), expected, RELATIVE, ABSOLUTE);
  }

  private static Tensor random(Random random, int... dims) {
    float[] values = new float[(int) Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Tensor.ofFloats(values, dims);
  }
}
