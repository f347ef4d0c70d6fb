package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a convolution or pooling slides over its input: attributes of one or two spatial dimensions
 * as lists for two, automatic padding resolved. One dimension is taken for the second of two.
 *
 * @param x the input [N, C, H, W]
 * @param pads top, left, bottom, right
 */
record Windows(
    Value x,
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations) {

  /**
   * @param x [N, C, L] or [N, C, H, W]
   * @param kernel one or two sizes
   */
  static Windows of(OnnxNode node, Value x, List<Integer> kernel) throws RejectedException {
    int spatial = spatialDimensions(x);
    if (kernel.size() != spatial) {
      throw RejectedException.of("a kernel of %s does not fit the input %s", kernel, x.shape());
    }
    List<Integer> strides = node.integerList("strides", spatial, 1, 1);
    List<Integer> dilations = node.integerList("dilations", spatial, 1, 1);
    List<Integer> pads = node.integerList("pads", 2 * spatial, 0, 0);
    String auto = node.string("auto_pad", "NOTSET");
    if (!auto.equals("NOTSET")) {
      pads = autoPads(auto, x.shape(), kernel, strides, dilations);
    }
    return new Windows(
        lift(node, x),
        lift(kernel, 1),
        lift(strides, 1),
        spatial == 2 ? pads : List.of(0, pads.get(0), 0, pads.get(1)),
        lift(dilations, 1));
  }

  /** Number of spatial dimensions, 1 or 2. */
  static int spatialDimensions(Value x) throws RejectedException {
    int spatial = x.shape().rank() - 2;
    if (spatial != 1 && spatial != 2) {
      throw RejectedException.of("its input %s has not 1 or 2 spatial dimensions", x.shape());
    }
    return spatial;
  }

  /** [A, B, L] as [A, B, 1, L]; [A, B, H, W] as it is. */
  static Value lift(OnnxNode node, Value x) throws RejectedException {
    Shape s = x.shape();
    return s.rank() == 3 ? node.reshape(x, Shape.of(s.dim(0), s.dim(1), 1, s.dim(2))) : x;
  }

  /** Undoes {@link #lift} on a result, if {@code original} was lifted. */
  static Value lower(OnnxNode node, Value y, Value original) throws RejectedException {
    Shape s = y.shape();
    return original.shape().rank() == 3
        ? node.reshape(y, Shape.of(s.dim(0), s.dim(1), s.dim(3)))
        : y;
  }

  static List<Integer> lift(List<Integer> values, int missing) {
    return values.size() == 2 ? values : List.of(missing, values.getFirst());
  }

  /** The pads that make ceil(size / stride) results, the odd one behind or ahead. */
  private static List<Integer> autoPads(
      String auto, Shape x, List<Integer> kernel, List<Integer> strides, List<Integer> dilations)
      throws RejectedException {
    int spatial = kernel.size();
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * spatial, 0));
    if (auto.equals("VALID")) {
      return pads;
    }
    if (!auto.equals("SAME_UPPER") && !auto.equals("SAME_LOWER")) {
      throw RejectedException.of("auto_pad \"%s\" is not known", auto);
    }
    for (int i = 0; i < spatial; i++) {
      long size = x.dim(2 + i);
      long stride = strides.get(i);
      long reach = (kernel.get(i) - 1L) * dilations.get(i) + 1;
      long total = Math.max(0, (Math.ceilDiv(size, stride) - 1) * stride + reach - size);
      long before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      pads.set(i, Math.toIntExact(before));
      pads.set(spatial + i, Math.toIntExact(total - before));
    }
    return pads;
  }

  /** Elements from a window's first to one past its last, along spatial dimension {@code i}. */
  long reach(int i) {
    return (kernel.get(i) - 1L) * dilations.get(i) + 1;
  }
}
