package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.onnx.importer.ElementTypes;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * QuantizeLinear and DequantizeLinear, and ONNX Runtime's operators on integers (its document
 * ContribOperators, domain com.microsoft), each taken for what it means: the operator on numbers,
 * between dequantising what it reads and quantising what it makes.
 */
final class QuantisationOperators {
  private static final String MICROSOFT = "com.microsoft.";

  private QuantisationOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    for (String domain : List.of("", MICROSOFT)) {
      all.put(domain + "QuantizeLinear", QuantisationOperators::quantizeLinear);
      all.put(domain + "DequantizeLinear", QuantisationOperators::dequantizeLinear);
    }
    all.put(MICROSOFT + "QLinearAdd", n -> binary(n, Op.Binary.Kind.ADD));
    all.put(MICROSOFT + "QLinearMul", n -> binary(n, Op.Binary.Kind.MUL));
    all.put(MICROSOFT + "QLinearSigmoid", n -> unary(n, Op.Unary.of(Function.SIGMOID)));
    all.put(
        MICROSOFT + "QLinearLeakyRelu",
        n -> unary(n, new Op.Unary(Function.LEAKY_RELU, n.number("alpha", 0.01f), 0)));
    all.put(MICROSOFT + "QLinearGlobalAveragePool", QuantisationOperators::globalAverage);
    all.put(MICROSOFT + "QLinearAveragePool", QuantisationOperators::average);
    all.put(MICROSOFT + "QLinearConcat", QuantisationOperators::concat);
  }

  private static void quantizeLinear(OnnxNode node) throws RejectedException {
    refuseBlocks(node);
    int stated = node.smallInteger("output_dtype", 0);
    DataType type =
        stated == 0
            ? DataType.UINT8
            : ElementTypes.of(stated)
                .orElseThrow(
                    () ->
                        RejectedException.of(
                            "it quantises to %s instead of INT8 or UINT8",
                            ElementTypes.name(stated)));
    Value x = node.input(0);
    node.output(
        StatedQuantisation.of(
                node,
                x.shape(),
                node.input(1),
                node.optionalInput(2),
                type,
                node.integer("axis", 1))
            .quantize(node, x));
  }

  private static void dequantizeLinear(OnnxNode node) throws RejectedException {
    refuseBlocks(node);
    node.output(dequantized(node, 0, node.integer("axis", 1)));
  }

  /** Since opset 21 a dimension may have a scale for every so many elements. */
  private static void refuseBlocks(OnnxNode node) throws RejectedException {
    long size = node.integer("block_size", 0);
    if (size != 0) {
      throw RejectedException.of("scales for blocks of %d elements are not supported", size);
    }
  }

  /**
   * Input {@code at} as numbers, its scale and zero point being the two inputs after it.
   *
   * @param axis that several scales lie along
   */
  static Value dequantized(OnnxNode node, int at, long axis) throws RejectedException {
    return dequantized(node, at, at + 1, axis);
  }

  /** Input {@code at} as numbers, its scale and zero point at {@code scale} and after it. */
  static Value dequantized(OnnxNode node, int at, int scale, long axis) throws RejectedException {
    Value q = node.input(at);
    return StatedQuantisation.of(
            node,
            q.shape(),
            node.input(scale),
            node.optionalInput(scale + 1),
            StatedQuantisation.type(node, q),
            axis)
        .dequantize(node, q);
  }

  /** Says that the output is {@code y} quantised by inputs {@code scale} and the one after it. */
  static void output(OnnxNode node, Value y, int scale) throws RejectedException {
    DataType like = StatedQuantisation.type(node, node.input(0));
    DataType type = like == DataType.FLOAT32 ? DataType.UINT8 : like;
    node.output(
        StatedQuantisation.of(
                node, y.shape(), node.input(scale), node.optionalInput(scale + 1), type, 0)
            .quantize(node, y));
  }

  private static void binary(OnnxNode node, Op.Binary.Kind kind) throws RejectedException {
    Value a = dequantized(node, 0, 0);
    Value b = dequantized(node, 3, 0);
    output(node, node.emit(new Op.Binary(kind), a, b), 6);
  }

  private static void unary(OnnxNode node, Op.Unary op) throws RejectedException {
    output(node, node.emit(op, dequantized(node, 0, 0)), 3);
  }

  private static void globalAverage(OnnxNode node) throws RejectedException {
    refuseChannelsLast(node);
    Value x = dequantized(node, 0, 0);
    output(node, PoolingOperators.global(node, x, Op.Reduce.Kind.MEAN), 3);
  }

  private static void average(OnnxNode node) throws RejectedException {
    refuseChannelsLast(node);
    Value x = dequantized(node, 0, 0);
    output(node, PoolingOperators.pool(node, x, Op.Pool.Kind.AVERAGE), 3);
  }

  private static void refuseChannelsLast(OnnxNode node) throws RejectedException {
    if (node.integer("channels_last", 0) != 0) {
      throw new RejectedException("channels in the last dimension are not supported");
    }
  }

  /** The result's scale and zero point come first, then three inputs for each part. */
  private static void concat(OnnxNode node) throws RejectedException {
    if (node.inputCount() < 5 || node.inputCount() % 3 != 2) {
      throw RejectedException.of(
          "its %d inputs are not a scale, a zero point and three for each part", node.inputCount());
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 2; i < node.inputCount(); i += 3) {
      parts.add(dequantized(node, i, 0));
    }
    int axis = OnnxNode.axis(node.integer("axis", 0), parts.getFirst().shape().rank());
    Value y = MovementOperators.concat(node, axis, parts);
    node.output(
        StatedQuantisation.of(
                node, y.shape(), node.input(0), node.optionalInput(1), DataType.UINT8, 0)
            .quantize(node, y));
  }
}
