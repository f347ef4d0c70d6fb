package dev.strongroom.compiler.rewrite;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A batch normalisation, or any other factor and summand per output channel, that follows a
 * convolution with constant weights becomes part of its weights and bias: s * (w * x + b) + t is (s
 * * w) * x + (s * b + t).
 */
final class FoldIntoConvolution implements Rule {
  @Override
  public String label() {
    return "fold-into-convolution";
  }

  @Override
  public Optional<Patch> propose(Pattern pattern, Node node) {
    for (String input : node.inputs()) {
      Optional<Patch> patch =
          pattern
              .soleProducer(input)
              .filter(conv -> isConvolution(conv.op()))
              .filter(conv -> conv.inputs().stream().skip(1).allMatch(i -> isConstant(pattern, i)))
              .flatMap(
                  conv ->
                      PerChannel.of(pattern, node, input)
                          .map(perChannel -> fold(pattern, node, conv, perChannel)));
      if (patch.isPresent()) {
        return patch;
      }
    }
    return Optional.empty();
  }

  private static boolean isConvolution(Op op) {
    return op instanceof Op.Conv || (op instanceof Op.ConvTranspose t && t.groups() == 1);
  }

  private static boolean isConstant(Pattern pattern, String value) {
    return pattern.constant(value).isPresent();
  }

  private static Patch fold(Pattern pattern, Node node, Node conv, PerChannel perChannel) {
    Tensor weights = pattern.constant(conv.inputs().get(1)).orElseThrow();
    int channelAxis = conv.op() instanceof Op.Conv ? 0 : 1;
    int channels = weights.shape().dim(channelAxis);
    int inner = 1;
    for (int i = channelAxis + 1; i < weights.shape().rank(); i++) {
      inner *= weights.shape().dim(i);
    }
    float[] w = weights.floats();
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (w[i] * perChannel.scale(i / inner % channels));
    }
    float[] bias =
        conv.inputs().size() > 2
            ? pattern.constant(conv.inputs().get(2)).orElseThrow().floats()
            : new float[channels];
    for (int c = 0; c < channels; c++) {
      bias[c] = (float) (bias[c] * perChannel.scale(c) + perChannel.shift(c));
    }
    String newWeights = node.output() + "/weights";
    String newBias = node.output() + "/bias";
    return new Patch(
            node,
            List.of(
                new Node(
                    conv.name(),
                    conv.op(),
                    List.of(conv.inputs().get(0), newWeights, newBias),
                    node.output())),
            Map.of(),
            Map.of())
        .with(newWeights, Tensor.ofFloats(w, weights.shape().dims()))
        .with(newBias, Tensor.ofFloats(bias, channels));
  }

  /** y = scale[c] * x + shift[c]; an array of one element serves all channels. */
  private record PerChannel(double[] scales, double[] shifts) {
    double scale(int channel) {
      return scales[scales.length == 1 ? 0 : channel];
    }

    double shift(int channel) {
      return shifts[shifts.length == 1 ? 0 : channel];
    }

    /** What {@code node} does to {@code x}, if it is of this form. */
    static Optional<PerChannel> of(Pattern pattern, Node node, String x) {
      return switch (node.op()) {
        case Op.BatchNorm(float epsilon) -> ofBatchNorm(pattern, node, epsilon);
        case Op.Unary u when u.function() == Function.AFFINE ->
            Optional.of(new PerChannel(new double[] {u.alpha()}, new double[] {u.beta()}));
        case Op.Binary(Op.Binary.Kind kind) ->
            pattern
                .withConstant(node)
                .filter(w -> w.other().equals(x))
                .filter(w -> isPerChannel(w.constant().shape(), pattern.shape(x)))
                .filter(w -> pattern.shape(node.output()).equals(pattern.shape(x)))
                .flatMap(w -> ofArithmetic(kind, w));
        default -> Optional.empty();
      };
    }

    /** Whether {@code constant} broadcasts along every dimension of [N, C, H, W] but C. */
    private static boolean isPerChannel(Shape constant, Shape x) {
      int channelAxis = constant.rank() - x.rank() + 1;
      for (int i = 0; i < constant.rank(); i++) {
        if (constant.dim(i) != 1 && i != channelAxis) {
          return false;
        }
      }
      return true;
    }

    private static Optional<PerChannel> ofArithmetic(
        Op.Binary.Kind kind, Pattern.WithConstant operand) {
      double[] c = doubles(operand.constant().floats());
      double[] one = {1};
      double[] zero = {0};
      return switch (kind) {
        case ADD -> Optional.of(new PerChannel(one, c));
        case MUL -> Optional.of(new PerChannel(c, zero));
        case SUB ->
            operand.constantFirst()
                ? Optional.of(new PerChannel(new double[] {-1}, c))
                : Optional.of(new PerChannel(one, map(c, v -> -v)));
        case DIV ->
            operand.constantFirst()
                ? Optional.empty()
                : Optional.of(new PerChannel(map(c, v -> 1 / v), zero));
        case MIN, MAX, POW, EQUAL -> Optional.empty();
      };
    }

    private static double[] doubles(float[] values) {
      double[] result = new double[values.length];
      Arrays.setAll(result, i -> values[i]);
      return result;
    }

    private static double[] map(double[] values, DoubleUnaryOperator function) {
      return Arrays.stream(values).map(function).toArray();
    }

    private static Optional<PerChannel> ofBatchNorm(Pattern pattern, Node node, float epsilon) {
      return BatchNormParameters.of(pattern, node, epsilon)
          .map(p -> new PerChannel(p.scales(), p.shifts()));
    }
  }
}
