package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.Map;

/** Batch and layer normalisation, softmax. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("BatchNormalization", NormalizationOperators::batchNormalization);
    all.put("LayerNormalization", NormalizationOperators::layerNormalization);
    all.put("Softmax", NormalizationOperators::softmax);
  }

  private static void batchNormalization(OnnxNode node) throws RejectedException {
    node.requireSingleOutput();
    if (node.integer("training_mode", 0) != 0) {
      throw new RejectedException("it is in training mode");
    }
    if (node.opset() < 9 && node.integer("spatial", 1) == 0) {
      throw new RejectedException("statistics for each element (spatial 0) are not supported");
    }
    node.output(
        node.emit(
            new Op.BatchNorm(node.number("epsilon", 1e-5f)),
            node.input(0),
            node.input(1),
            node.input(2),
            node.input(3),
            node.input(4)));
  }

  private static void layerNormalization(OnnxNode node) throws RejectedException {
    node.requireSingleOutput();
    Value x = node.input(0);
    int axis = OnnxNode.axis(node.integer("axis", -1), x.shape().rank());
    Shape normalized = Shape.of(Arrays.copyOfRange(x.shape().dims(), axis, x.shape().rank()));
    Value bias = node.hasInput(2) ? node.input(2) : node.constant(Tensor.ofFloats(new float[1], 1));
    node.output(
        node.emit(
            new Op.LayerNorm(axis, node.number("epsilon", 1e-5f)),
            x,
            expand(node, node.input(1), normalized),
            expand(node, bias, normalized)));
  }

  private static Value expand(OnnxNode node, Value parameter, Shape shape)
      throws RejectedException {
    if (parameter.shape().equals(shape)) {
      return parameter;
    }
    if (!MovementOperators.broadcast(parameter.shape(), shape).equals(shape)) {
      throw RejectedException.of("its parameter %s does not fit %s", parameter.shape(), shape);
    }
    return node.emit(new Op.Expand(), shape, parameter);
  }

  /**
   * Since opset 13 along one axis, the last by default; before, over all dimensions from {@code
   * axis} (1 by default) on, taken for one.
   */
  private static void softmax(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    Shape shape = x.shape();
    int axis = OnnxNode.axis(node.integer("axis", node.opset() >= 13 ? -1 : 1), shape.rank());
    if (node.opset() >= 13 || axis == shape.rank() - 1) {
      node.output(node.emit(new Op.Softmax(axis), x));
      return;
    }
    long inner = 1;
    for (int i = axis; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    Shape flat = Shape.of((int) (shape.elements() / Math.max(1, inner)), (int) inner);
    Value y = node.emit(new Op.Softmax(1), node.reshape(x, flat));
    node.output(node.reshape(y, shape));
  }
}
