package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Convolutions and products of integers, as those of the numbers that they stand for. */
final class IntegerProductOperators {
  /** Up to here every integer is a float. */
  private static final long EXACT = 1L << 24;

  private IntegerProductOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("QLinearConv", IntegerProductOperators::conv);
    all.put("QLinearMatMul", IntegerProductOperators::matMul);
    all.put("com.microsoft.QGemm", IntegerProductOperators::gemm);
    all.put("ConvInteger", IntegerProductOperators::convInteger);
    all.put("MatMulInteger", IntegerProductOperators::matMulInteger);
    all.put("DynamicQuantizeLinear", IntegerProductOperators::dynamic);
  }

  private static void conv(OnnxNode node) throws RejectedException {
    Value x = QuantisationOperators.dequantized(node, 0, 0);
    Value w = QuantisationOperators.dequantized(node, 3, 0);
    Optional<Value> bias =
        node.hasInput(8)
            ? Optional.of(bias(node, 8, node.input(1), node.input(4), 1))
            : Optional.empty();
    QuantisationOperators.output(node, ConvolutionOperators.conv(node, x, w, bias), 6);
  }

  /** Several scales are those of the right factor's columns; rows have none of their own. */
  private static void matMul(OnnxNode node) throws RejectedException {
    Value a = left(node, 1);
    Value b = QuantisationOperators.dequantized(node, 3, -1);
    QuantisationOperators.output(node, ProductOperators.matMul(node, a, b), 6);
  }

  private static Value left(OnnxNode node, int scale) throws RejectedException {
    if (node.input(scale).shape().elements() != 1) {
      throw new RejectedException("scales for the rows of its left factor are not supported");
    }
    return QuantisationOperators.dequantized(node, 0, 0);
  }

  /** Without a scale for the result, that is FLOAT32. */
  private static void gemm(OnnxNode node) throws RejectedException {
    boolean transposeB = node.integer("transB", 0) != 0;
    Value a = left(node, 1);
    Value b = QuantisationOperators.dequantized(node, 3, transposeB ? 0 : 1);
    float alpha = node.number("alpha", 1);
    Op op = new Op.Gemm(alpha, 1, node.integer("transA", 0) != 0, transposeB);
    Value y =
        node.hasInput(6)
            ? node.emit(op, a, b, bias(node, 6, node.input(1), node.input(4), alpha))
            : node.emit(op, a, b);
    if (node.hasInput(7)) {
      QuantisationOperators.output(node, y, 7);
    } else {
      node.output(y);
    }
  }

  /** An INT32 bias, whose scale is that of the products it joins. */
  private static Value bias(OnnxNode node, int at, Value xScale, Value wScale, float alpha)
      throws RejectedException {
    Value bias = node.input(at);
    Tensor x = xScale.constant().orElseThrow();
    Tensor w = wScale.constant().orElseThrow();
    float[] scales = w.floats();
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= x.floats()[0] * alpha;
    }
    // Along the last dimension: a bias is one row, whatever dimensions of 1 lie ahead.
    return StatedQuantisation.of(
            node,
            bias.shape(),
            node.constant(Tensor.ofFloats(scales, w.shape().dims())),
            Optional.empty(),
            DataType.INT32,
            -1)
        .dequantize(node, bias);
  }

  private static void convInteger(OnnxNode node) throws RejectedException {
    Value x = units(node, 0, 2, 0);
    Value w = units(node, 1, 3, 0);
    refuseLargeSums(w, 0);
    node.output(ConvolutionOperators.conv(node, x, w, Optional.empty()));
  }

  private static void matMulInteger(OnnxNode node) throws RejectedException {
    Value a = units(node, 0, 2, 0);
    Value b = units(node, 1, 3, -1);
    if (node.hasInput(2) && node.input(2).shape().elements() != 1) {
      throw new RejectedException("zero points for the rows of its left factor are not supported");
    }
    refuseLargeSums(b, b.shape().rank() - 1);
    node.output(ProductOperators.matMul(node, a, b));
  }

  /** Input {@code at} less its zero point, as numbers: a scale of 1. */
  private static Value units(OnnxNode node, int at, int zeroPoint, long axis)
      throws RejectedException {
    Value q = node.input(at);
    Optional<Value> zero = node.optionalInput(zeroPoint);
    int count = zero.isPresent() ? (int) zero.get().shape().elements() : 1;
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    Shape shape = zero.isPresent() ? zero.get().shape() : Shape.of();
    return StatedQuantisation.of(
            node,
            q.shape(),
            node.constant(Tensor.ofFloats(ones, shape.dims())),
            zero,
            StatedQuantisation.type(node, q),
            axis)
        .dequantize(node, q);
  }

  /**
   * The sums are INT32 in the model and FLOAT32 here: refused unless every one of them, and every
   * part of it, is exact.
   *
   * @param axis of {@code w} that the results lie along
   */
  private static void refuseLargeSums(Value w, int axis) throws RejectedException {
    Tensor weights =
        w.constant()
            .orElseThrow(() -> new RejectedException("its weights must be known before run time"));
    float[] values = weights.floats();
    int inner = 1;
    for (int i = axis + 1; i < weights.shape().rank(); i++) {
      inner *= weights.shape().dim(i);
    }
    int count = weights.shape().rank() == 0 ? 1 : weights.shape().dim(axis);
    double[] sums = new double[count];
    for (int i = 0; i < values.length; i++) {
      sums[i / inner % count] += Math.abs(values[i]);
    }
    for (double sum : sums) {
      // An input and its zero point are at most 255 apart.
      if (sum * 255 > EXACT) {
        throw RejectedException.of(
            "its sums may reach %.0f, which float32 does not hold exactly; quantise the model with"
                + " QDQ or QLinear operators instead",
            sum * 255);
      }
    }
  }

  private static void dynamic(OnnxNode node) throws RejectedException {
    throw RejectedException.of(
        "%s chooses its scale at run time, which is not supported; quantise the model statically",
        node.opType());
  }
}
