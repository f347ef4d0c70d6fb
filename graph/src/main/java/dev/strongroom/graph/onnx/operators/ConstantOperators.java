package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.importer.Integers;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.TensorReader;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** What makes constants of nothing, or of a shape. */
final class ConstantOperators {
  private ConstantOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Constant", ConstantOperators::constant);
    all.put("ConstantOfShape", ConstantOperators::constantOfShape);
    all.put("Range", ConstantOperators::range);
    all.put("Shape", ConstantOperators::shape);
    all.put(
        "Size",
        n -> n.output(n.constant(Tensor.ofLongs(new long[] {n.input(0).shape().elements()}))));
  }

  private static void constant(OnnxNode node) throws RejectedException {
    Optional<Tensor> tensor = node.tensor("value");
    if (tensor.isPresent()) {
      node.output(node.given(tensor.get()));
      return;
    }
    Optional<float[]> floats = node.numbers("value_floats");
    if (floats.isPresent()) {
      node.output(node.constant(Tensor.ofFloats(floats.get(), floats.get().length)));
      return;
    }
    Optional<long[]> integers = node.integers("value_ints");
    if (integers.isPresent()) {
      node.output(node.constant(Tensor.ofLongs(integers.get(), integers.get().length)));
      return;
    }
    Optional<Float> number = node.number("value_float");
    if (number.isPresent()) {
      node.output(node.constant(number.get()));
      return;
    }
    if (node.hasAttribute("value_int")) {
      node.output(node.constant(Tensor.ofLongs(new long[] {node.integer("value_int", 0)})));
      return;
    }
    throw new RejectedException("it holds no value of a supported type");
  }

  private static void constantOfShape(OnnxNode node) throws RejectedException {
    Tensor value = node.tensor("value").orElseGet(() -> Tensor.ofFloats(new float[1], 1));
    if (value.shape().elements() != 1) {
      throw RejectedException.of("its value is %s instead of one element", value.type());
    }
    Shape shape = TensorReader.shape(LongStream.of(node.integers(0, "shape")).boxed().toList());
    OnnxNode.checkFoldedSize(shape.elements(), value.dataType());
    Tensor scalar = Tensor.of(scalarOf(value), value.data());
    node.output(node.emit(new Op.Expand(), shape, node.constant(scalar)));
  }

  private static TensorType scalarOf(Tensor value) {
    return new TensorType(value.dataType(), Shape.of());
  }

  private static void range(OnnxNode node) throws RejectedException {
    if (node.constant(0, "start").dataType() == DataType.FLOAT32) {
      double start = node.scalar(0, "start");
      double delta = node.scalar(2, "step");
      double count = Math.max(0, Math.ceil((node.scalar(1, "limit") - start) / delta));
      // A step of 0 makes the count infinite or no number at all.
      if (!(count <= Integer.MAX_VALUE)) {
        throw RejectedException.of("a step of %s never arrives", delta);
      }
      OnnxNode.checkFoldedSize((long) count, DataType.FLOAT32);
      float[] values = new float[(int) count];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (start + i * delta);
      }
      node.output(node.constant(Tensor.ofFloats(values, values.length)));
      return;
    }
    long start = one(node, 0, "start");
    long limit = one(node, 1, "limit");
    long delta = one(node, 2, "step");
    if (delta == 0) {
      throw new RejectedException("a step of 0 never arrives");
    }
    long span = Math.subtractExact(limit, start);
    long count = Math.max(0, Math.ceilDiv(span, delta));
    OnnxNode.checkFoldedSize(count, DataType.INT64);
    long[] values = new long[(int) count];
    Arrays.setAll(values, i -> start + i * delta);
    node.output(
        node.constant(
            Integers.tensor(
                node.constant(0, "start").dataType(), Shape.of(values.length), values)));
  }

  private static long one(OnnxNode node, int i, String what) throws RejectedException {
    long[] values = node.integers(i, what);
    if (values.length != 1) {
      throw RejectedException.of("its %s has %d elements instead of one", what, values.length);
    }
    return values[0];
  }

  /** Since opset 15 a part of the shape, from start to end. */
  private static void shape(OnnxNode node) throws RejectedException {
    int[] dims = node.input(0).shape().dims();
    int start = clamp(node.integer("start", 0), dims.length);
    int end = clamp(node.integer("end", dims.length), dims.length);
    long[] part = Arrays.stream(dims, start, Math.max(start, end)).asLongStream().toArray();
    node.output(node.constant(Tensor.ofLongs(part, part.length)));
  }

  private static int clamp(long index, int rank) {
    return (int) Math.clamp(index < 0 ? index + rank : index, 0L, (long) rank);
  }
}
