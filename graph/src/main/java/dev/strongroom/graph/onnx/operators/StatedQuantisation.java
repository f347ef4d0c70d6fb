package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.Optional;

/**
 * A scale and a zero point that a node states, and what they do to values. UINT8 becomes INT8, 128
 * less in elements and zero point alike.
 *
 * @param scale [] or [1] for a whole tensor, or [D]
 * @param zeroPoint of the scale's shape, in the model's own type
 * @param axis -1 for a whole tensor
 */
record StatedQuantisation(Value scale, Tensor zeroPoint, int axis) {
  private static final int UNSIGNED_OFFSET = 128;

  /**
   * Checks what a node states about a tensor of {@code shape}.
   *
   * @param type of the integers where no zero point is given
   * @param statedAxis the axis that several scales lie along, counted from either end
   */
  static StatedQuantisation of(
      OnnxNode node,
      Shape shape,
      Value scale,
      Optional<Value> zeroPoint,
      DataType type,
      long statedAxis)
      throws RejectedException {
    Tensor scales = known(scale, "scale");
    if (scales.dataType() != DataType.FLOAT32) {
      throw RejectedException.of("its scale is %s instead of float32", scales.type());
    }
    for (float s : scales.floats()) {
      if (!(s > 0) || Float.isInfinite(s)) {
        throw RejectedException.of("its scale %s is not a positive number", s);
      }
    }
    int axis = -1;
    if (scales.shape().rank() > 1) {
      throw RejectedException.of(
          "scales of shape %s, more than one for each slice, are not supported", scales.shape());
    }
    if (scales.shape().elements() != 1) {
      axis = OnnxNode.axis(statedAxis, shape.rank());
      if (scales.shape().dim(0) != shape.dim(axis)) {
        throw RejectedException.of(
            "its %s scales do not fit dimension %d of %s", scales.shape(), axis, shape);
      }
    }
    Tensor zero =
        zeroPoint.isPresent()
            ? known(zeroPoint.get(), "zero point")
            : Integers.tensor(type, Shape.of(), 0);
    return new StatedQuantisation(scale, spread(zero, scales.shape()), axis);
  }

  private static Tensor known(Value value, String what) throws RejectedException {
    return value
        .constant()
        .orElseThrow(() -> RejectedException.of("its %s must be known before run time", what));
  }

  /** One zero point may serve many scales. */
  private static Tensor spread(Tensor zero, Shape shape) throws RejectedException {
    if (!Integers.isInteger(zero.dataType())) {
      throw RejectedException.of("its zero point is %s instead of an integer", zero.type());
    }
    long[] values = Integers.of(zero);
    if (values.length != 1 && (zero.shape().rank() != 1 || values.length != shape.elements())) {
      throw RejectedException.of(
          "zero points of shape %s do not fit scales of shape %s", zero.shape(), shape);
    }
    if (values.length != shape.elements()) {
      long one = values[0];
      values = new long[(int) shape.elements()];
      Arrays.fill(values, one);
    }
    return Integers.tensor(zero.dataType(), shape, values);
  }

  private Value signedZeroPoint(OnnxNode node) throws RejectedException {
    return node.constant(signed(zeroPoint));
  }

  private static Tensor signed(Tensor integers) {
    return integers.dataType() == DataType.UINT8
        ? shifted(integers, DataType.INT8, -UNSIGNED_OFFSET)
        : integers;
  }

  private static Tensor shifted(Tensor integers, DataType type, int offset) {
    long[] values = Integers.of(integers);
    for (int i = 0; i < values.length; i++) {
      values[i] += offset;
    }
    return Integers.tensor(type, integers.shape(), values);
  }

  /** The integers that {@code x} becomes. */
  Value quantize(OnnxNode node, Value x) throws RejectedException {
    DataType type = zeroPoint.dataType();
    if (type != DataType.INT8 && type != DataType.UINT8) {
      throw RejectedException.of("it quantises to %s instead of INT8 or UINT8", type);
    }
    if (x.padding().isPresent()) {
      // Zeros become the zero point: it does not matter which comes first.
      Value.Padding padding = x.padding().get();
      Value source = quantize(node, padding.source());
      return marked(node, node.padded(source, padding.before(), padding.after(), x.shape()));
    }
    Value q = node.emit(new Op.Quantize(axis), x, scale, signedZeroPoint(node));
    if (q.constant().isPresent()) {
      return type == DataType.INT8
          ? q
          : node.constant(shifted(q.constant().orElseThrow(), DataType.UINT8, UNSIGNED_OFFSET));
    }
    return marked(node, q);
  }

  private Value marked(OnnxNode node, Value q) {
    if (zeroPoint.dataType() == DataType.UINT8) {
      node.markUnsigned(q);
    }
    return q;
  }

  /** The numbers that {@code q} stands for. */
  Value dequantize(OnnxNode node, Value q) throws RejectedException {
    if (q.padding().isPresent()) {
      Value.Padding padding = q.padding().get();
      Value source = dequantize(node, padding.source());
      return node.padded(source, padding.before(), padding.after(), q.shape());
    }
    boolean known = q.constant().isPresent();
    if (!known && !node.isQuantised(q)) {
      throw RejectedException.of(
          "it reads %s that are given at run time, where only float32 is supported", q.dataType());
    }
    DataType type = type(node, q);
    if (type != zeroPoint.dataType()) {
      throw RejectedException.of(
          "its zero point is %s for elements of %s", zeroPoint.dataType(), type);
    }
    Value integers = known ? node.constant(signed(q.constant().orElseThrow())) : q;
    return node.emit(new Op.Dequantize(axis), integers, scale, signedZeroPoint(node));
  }

  /** The element type that {@code q} has in the model. */
  static DataType type(OnnxNode node, Value q) {
    return node.isUnsigned(q) ? DataType.UINT8 : q.dataType();
  }
}
