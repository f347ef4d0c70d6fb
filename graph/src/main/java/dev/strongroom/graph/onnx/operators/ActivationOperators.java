package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Binary.Kind;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.Map;

/** Activation functions, with ONNX's defaults for their parameters. */
final class ActivationOperators {
  private ActivationOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Relu", n -> n.output(n.emit(Op.Unary.of(Function.RELU), n.input(0))));
    all.put("Sigmoid", n -> n.output(n.emit(Op.Unary.of(Function.SIGMOID), n.input(0))));
    all.put("Tanh", n -> n.output(n.emit(Op.Unary.of(Function.TANH), n.input(0))));
    all.put("LeakyRelu", n -> unary(n, Function.LEAKY_RELU, n.number("alpha", 0.01f), 0));
    all.put(
        "HardSigmoid",
        n -> unary(n, Function.HARD_SIGMOID, n.number("alpha", 0.2f), n.number("beta", 0.5f)));
    all.put("HardSwish", n -> unary(n, Function.HARD_SWISH, 1 / 6.0, 0.5));
    all.put("Elu", n -> exponential(n, 1, n.number("alpha", 1), 1));
    all.put(
        "Selu", n -> exponential(n, n.number("gamma", 1.0507f), n.number("alpha", 1.67326f), 1));
    all.put("Celu", n -> exponential(n, 1, n.number("alpha", 1), n.number("alpha", 1)));
    all.put("Clip", ActivationOperators::clip);
    all.put("PRelu", ActivationOperators::prelu);
    all.put("Gelu", ActivationOperators::gelu);
    all.put("Softsign", ActivationOperators::softsign);
  }

  private static void unary(OnnxNode node, Function function, double alpha, double beta)
      throws RejectedException {
    node.output(node.emit(new Op.Unary(function, alpha, beta), node.input(0)));
  }

  /** Limits are attributes before opset 11, optional inputs since. */
  private static void clip(OnnxNode node) throws RejectedException {
    float min = node.number("min", Float.NEGATIVE_INFINITY);
    float max = node.number("max", Float.POSITIVE_INFINITY);
    if (node.opset() >= 11) {
      min = node.hasInput(1) ? node.scalar(1, "minimum") : Float.NEGATIVE_INFINITY;
      max = node.hasInput(2) ? node.scalar(2, "maximum") : Float.POSITIVE_INFINITY;
    }
    unary(node, Function.CLIP, min, max);
  }

  /** gamma * (max(x, 0) + alpha * (exp(min(x, 0) / width) - 1)). */
  private static void exponential(OnnxNode node, float gamma, float alpha, float width)
      throws RejectedException {
    Value x = node.input(0);
    Value positive = node.emit(Op.Unary.of(Function.RELU), x);
    Value negative = node.emit(new Op.Unary(Function.CLIP, Float.NEGATIVE_INFINITY, 0), x);
    if (width != 1) {
      negative = node.emit(new Op.Unary(Function.AFFINE, 1 / width, 0), negative);
    }
    if (gamma != 1) {
      positive = node.emit(new Op.Unary(Function.AFFINE, gamma, 0), positive);
    }
    Value power = node.emit(Op.Unary.of(Function.EXP), negative);
    Value shifted = node.emit(new Op.Unary(Function.AFFINE, gamma * alpha, -gamma * alpha), power);
    node.output(node.emit(new Op.Binary(Kind.ADD), positive, shifted));
  }

  /** max(x, 0) + slope * min(x, 0); with one slope for all elements a leaky ReLU. */
  private static void prelu(OnnxNode node) throws RejectedException {
    float[] slope = node.floats(1, "slope");
    boolean uniform = slope.length > 0;
    for (float s : slope) {
      uniform &= s == slope[0];
    }
    if (uniform) {
      unary(node, Function.LEAKY_RELU, slope[0], 0);
      return;
    }
    Value x = node.input(0);
    Value positive = node.emit(Op.Unary.of(Function.RELU), x);
    Value negative = node.emit(new Op.Unary(Function.CLIP, Float.NEGATIVE_INFINITY, 0), x);
    Value sloped = node.emit(new Op.Binary(Kind.MUL), negative, node.input(1));
    node.output(node.emit(new Op.Binary(Kind.ADD), positive, sloped));
  }

  private static void gelu(OnnxNode node) throws RejectedException {
    String approximate = node.string("approximate", "none");
    Value x = node.input(0);
    switch (approximate) {
      case "none" -> node.output(node.emit(Op.Unary.of(Function.GELU), x));
      case "tanh" -> {
        // x / 2 * (1 + tanh(u)) = x * sigmoid(2 u), u = sqrt(2 / pi) * (x + 0.044715 x^3).
        double factor = 2 * Math.sqrt(2 / Math.PI);
        Value square = node.emit(new Op.Binary(Kind.MUL), x, x);
        Value inner =
            node.emit(
                new Op.Unary(Function.AFFINE, (float) (factor * 0.044715), (float) factor), square);
        Value exponent = node.emit(new Op.Binary(Kind.MUL), inner, x);
        Value gate = node.emit(Op.Unary.of(Function.SIGMOID), exponent);
        node.output(node.emit(new Op.Binary(Kind.MUL), x, gate));
      }
      default -> throw RejectedException.of("approximation \"%s\" is not known", approximate);
    }
  }

  /** x / (1 + |x|). */
  private static void softsign(OnnxNode node) throws RejectedException {
    Value magnitude = node.emit(Op.Unary.of(Function.ABS), node.input(0));
    Value divisor = node.emit(new Op.Unary(Function.AFFINE, 1, 1), magnitude);
    node.output(node.emit(new Op.Binary(Kind.DIV), node.input(0), divisor));
  }
}
