package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Nearest-neighbour enlargement by whole factors; what is linear is for {@link LinearResize}. */
final class ResizeOperators {
  private ResizeOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Resize", ResizeOperators::resize);
    all.put("Upsample", ResizeOperators::upsample);
  }

  /** Deprecated since opset 10: scales are an attribute before opset 9, an input since. */
  private static void upsample(OnnxNode node) throws RejectedException {
    Optional<float[]> attribute = node.numbers("scales");
    float[] scales = attribute.isPresent() ? attribute.get() : node.floats(1, "list of scales");
    byScales(node, scales, "asymmetric", "floor");
  }

  private static void resize(OnnxNode node) throws RejectedException {
    if (node.opset() < 11) {
      byScales(node, node.floats(1, "list of scales"), "asymmetric", "floor");
      return;
    }
    String policy = node.string("keep_aspect_ratio_policy", "stretch");
    if (!policy.equals("stretch")) {
      throw RejectedException.of("keep_aspect_ratio_policy \"%s\" is not supported", policy);
    }
    boolean byScales =
        node.hasInput(2) && node.constant(2, "list of scales").shape().elements() > 0;
    String coordinates = node.string("coordinate_transformation_mode", "half_pixel");
    String rounding = node.string("nearest_mode", "round_prefer_floor");
    if (byScales) {
      byScales(node, node.floats(2, "list of scales"), coordinates, rounding);
    } else if (isLinear(node)) {
      long[] sizes = node.integers(3, "list of sizes");
      new LinearResize(node, coordinates).bySizes(sizes, resolvedAxes(node, sizes.length));
    } else {
      List<Integer> factors = factors(node, node.integers(3, "list of sizes"));
      enlarge(node, factors, coordinates, rounding);
    }
  }

  private static void byScales(OnnxNode node, float[] scales, String coordinates, String rounding)
      throws RejectedException {
    if (isLinear(node)) {
      new LinearResize(node, coordinates).byScales(scales, resolvedAxes(node, scales.length));
    } else {
      enlarge(node, factors(node, scales), coordinates, rounding);
    }
  }

  /** Opset 1 called it bilinear. */
  private static boolean isLinear(OnnxNode node) throws RejectedException {
    String mode = node.string("mode", "nearest");
    return mode.equals("linear") || mode.equals("bilinear");
  }

  private static List<Integer> factors(OnnxNode node, float[] scales) throws RejectedException {
    List<Integer> factors = new ArrayList<>();
    for (float scale : scales) {
      if (scale < 1 || scale != (int) scale) {
        throw RejectedException.of("a scale of %s is not a whole factor", scale);
      }
      factors.add((int) scale);
    }
    return onAxes(node, factors);
  }

  private static List<Integer> factors(OnnxNode node, long[] sizes) throws RejectedException {
    Shape x = node.input(0).shape();
    long[] axes = axes(node, sizes.length);
    List<Integer> factors = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      long size = x.dim(OnnxNode.axis(axes[i], x.rank()));
      if (size == 0 || sizes[i] < size || sizes[i] % size != 0 || sizes[i] > Integer.MAX_VALUE) {
        throw RejectedException.of("%d is not a whole multiple of %d", sizes[i], size);
      }
      factors.add((int) (sizes[i] / size));
    }
    return onAxes(node, factors);
  }

  /** Since opset 18 factors may be stated for some axes only. */
  private static List<Integer> onAxes(OnnxNode node, List<Integer> stated)
      throws RejectedException {
    int rank = node.input(0).shape().rank();
    int[] axes = resolvedAxes(node, stated.size());
    List<Integer> factors = new ArrayList<>(Collections.nCopies(rank, 1));
    for (int i = 0; i < axes.length; i++) {
      factors.set(axes[i], stated.get(i));
    }
    return factors;
  }

  private static int[] resolvedAxes(OnnxNode node, int count) throws RejectedException {
    int rank = node.input(0).shape().rank();
    long[] axes = axes(node, count);
    int[] resolved = new int[count];
    for (int i = 0; i < count; i++) {
      resolved[i] = OnnxNode.axis(axes[i], rank);
    }
    return resolved;
  }

  private static long[] axes(OnnxNode node, int count) throws RejectedException {
    int rank = node.input(0).shape().rank();
    long[] axes = node.integers("axes").orElseGet(() -> LongStream.range(0, rank).toArray());
    if (axes.length != count) {
      throw RejectedException.of("it has %d factors for %d axes", count, axes.length);
    }
    return axes;
  }

  private static void enlarge(
      OnnxNode node, List<Integer> factors, String coordinates, String rounding)
      throws RejectedException {
    Value x = node.input(0);
    if (factors.stream().allMatch(f -> f == 1)) {
      node.output(x);
      return;
    }
    String mode = node.string("mode", "nearest");
    if (!mode.equals("nearest")) {
      throw RejectedException.of("mode \"%s\" is not supported", mode);
    }
    Value y = node.emit(new Op.Upsample(factors), x);
    for (int i = 0; i < factors.size(); i++) {
      requireRepetition(x.shape().dim(i), factors.get(i), coordinates, rounding);
    }
    node.output(y);
  }

  /**
   * Makes sure that element i of the result is element i / factor of the input, whatever words the
   * model uses for that: every one is mapped as the specification of Resize says, and compared.
   */
  private static void requireRepetition(int size, int factor, String coordinates, String rounding)
      throws RejectedException {
    int enlarged = size * factor;
    for (int i = 0; factor > 1 && i < enlarged; i++) {
      double x =
          switch (coordinates) {
            case "asymmetric" -> (double) i / factor;
            case "half_pixel", "half_pixel_symmetric" -> (i + 0.5) / factor - 0.5;
            case "pytorch_half_pixel" -> enlarged > 1 ? (i + 0.5) / factor - 0.5 : 0;
            case "align_corners" -> (double) i * (size - 1) / (enlarged - 1);
            case "tf_half_pixel_for_nn" -> (i + 0.5) / factor;
            default ->
                throw RejectedException.of(
                    "coordinate_transformation_mode \"%s\" is not supported", coordinates);
          };
      double nearest =
          switch (rounding) {
            case "floor" -> Math.floor(x);
            case "ceil" -> Math.ceil(x);
            case "round_prefer_floor" -> Math.ceil(x - 0.5);
            case "round_prefer_ceil" -> Math.floor(x + 0.5);
            default -> throw RejectedException.of("nearest_mode \"%s\" is not known", rounding);
          };
      int repeated = i / factor;
      if (Math.clamp(nearest, 0, size - 1) != repeated) {
        throw RejectedException.of(
            "coordinates \"%s\" with rounding \"%s\" do not repeat each element %d times",
            coordinates, rounding, factor);
      }
    }
  }
}
