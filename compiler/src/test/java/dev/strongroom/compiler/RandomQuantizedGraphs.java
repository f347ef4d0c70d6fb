package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random quantised networks of odd sizes: between two nodes a value is mostly quantised and
 * dequantised, sometimes left in floats; convolutions with weights for each channel or with one
 * scale, biases in floats or int32, functions before or behind the quantisation, poolings, sums,
 * gates, concatenations of values with equal or different scales, views, a classifier.
 */
final class RandomQuantizedGraphs {
  private final SplittableRandom random;
  private final GraphBuilder b;
  private final List<String> images = new ArrayList<>();

  private RandomQuantizedGraphs(long seed) {
    random = new SplittableRandom(seed);
    b = new GraphBuilder(seed ^ 0x0ddb17);
  }

  /** The network of a seed; its one input is {@code x} with one to twelve channels. */
  static Graph ofSeed(long seed) {
    return new RandomQuantizedGraphs(seed).graph();
  }

  private Graph graph() {
    String x = b.input("x", 1, between(1, 12), between(3, 15), between(3, 15));
    images.add(random.nextInt(4) == 0 ? x : requantized(x));
    int steps = between(2, 8);
    for (int i = 0; i < steps; i++) {
      images.add(next(images.get(random.nextInt(Math.max(0, images.size() - 3), images.size()))));
    }
    return b.build(random.nextBoolean() ? classifier(images.getLast()) : images.getLast());
  }

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /** Through integers, unless chance leaves a value in floats. */
  private String requantized(String x) {
    return random.nextInt(8) == 0 ? x : quantized(x);
  }

  private String quantized(String x) {
    // Scales of a few kinds, so that some values have equal ones.
    float scale = new float[] {0.01f, 0.0173f, 0.03f}[random.nextInt(3)];
    return b.requantized(x, scale, new int[] {0, -128, 13}[random.nextInt(3)]);
  }

  private String next(String x) {
    return switch (random.nextInt(11)) {
      case 0, 1, 2 -> activated(conv(x, between(1, 40), 1));
      case 3, 4 -> activated(conv(x, b.shape(x)[1], b.shape(x)[1]));
      case 5 -> {
        int channels = b.shape(x)[1];
        int groups = channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;
        yield activated(conv(x, groups * between(1, 5), groups));
      }
      case 6 -> pool(x);
      case 7 -> join(x);
      case 8 -> gate(x);
      case 9 -> concat(x);
      default -> moved(x);
    };
  }

  private String conv(String x, int channels, int groups) {
    int[] in = b.shape(x);
    int[] kernel = new int[2];
    int[] strides = new int[2];
    int[] dilations = new int[2];
    int[] pads = new int[4];
    for (int d = 0; d < 2; d++) {
      kernel[d] = between(1, 5);
      strides[d] = between(1, 2);
      dilations[d] = between(1, 2);
      int extent = dilations[d] * (kernel[d] - 1) + 1;
      pads[d] = between(0, kernel[d] - 1);
      pads[d + 2] = between(0, kernel[d] - 1);
      pads[d + 2] += Math.max(0, extent - in[2 + d] - pads[d] - pads[d + 2]);
    }
    return b.quantizedConv(
        x,
        channels,
        kernel,
        strides,
        pads,
        dilations,
        groups,
        random.nextBoolean(),
        random.nextInt(3));
  }

  /** A function and quantisation, in either order, or a chain of both. */
  private String activated(String x) {
    return switch (random.nextInt(9)) {
      case 0 -> requantized(b.unary(Function.RELU, x));
      case 8 -> requantized(b.unary(Function.RELU, b.unary(Function.AFFINE, 0.7f, 0.1f, x)));
      case 1 -> requantized(b.unary(Function.CLIP, 0, 1.5f, x));
      case 2 -> requantized(b.unary(Function.HARD_SWISH, 1 / 6f, 0.5f, x));
      case 3 -> requantized(b.unary(Function.HARD_SWISH, 1 / 6f, 0.5f, quantized(x)));
      case 4 -> requantized(b.unary(Function.SIGMOID, requantized(x)));
      case 5 -> requantized(b.unary(Function.LEAKY_RELU, 0.1f, 0, requantized(x)));
      default -> requantized(x);
    };
  }

  private String pool(String x) {
    int[] in = b.shape(x);
    int k = Math.min(between(1, 3), Math.min(in[2], in[3]));
    int stride = between(1, 2);
    int pad = k > 1 ? between(0, k - 1) : 0;
    boolean max = random.nextBoolean();
    return requantized(
        b.node(
            new Op.Pool(
                max ? Op.Pool.Kind.MAX : Op.Pool.Kind.AVERAGE,
                GraphBuilder.list(k, k),
                GraphBuilder.list(stride, stride),
                GraphBuilder.list(pad, 0, 0, pad),
                GraphBuilder.list(1, 1),
                !max && random.nextBoolean()),
            new int[] {
              in[0],
              in[1],
              GraphBuilder.outputSize(in[2], k, stride, pad, 1),
              GraphBuilder.outputSize(in[3], k, stride, pad, 1)
            },
            x));
  }

  private String pointwise(String x, int channels) {
    int[] one = {1, 1};
    return b.quantizedConv(x, channels, one, one, new int[4], one, 1, true, random.nextInt(3));
  }

  private String join(String x) {
    Op.Binary.Kind kind = random.nextBoolean() ? Op.Binary.Kind.ADD : Op.Binary.Kind.SUB;
    String sum = b.binary(kind, x, activated(pointwise(x, b.shape(x)[1])));
    return requantized(random.nextBoolean() ? sum : b.unary(Function.RELU, sum));
  }

  private String gate(String x) {
    int[] in = b.shape(x);
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
    String means = requantized(b.node(mean, new int[] {in[0], in[1], 1, 1}, x));
    String hidden = activated(pointwise(means, between(1, 9)));
    String gate =
        requantized(
            b.unary(Function.HARD_SIGMOID, 0.2f, 0.5f, requantized(pointwise(hidden, in[1]))));
    return requantized(b.binary(Op.Binary.Kind.MUL, x, gate));
  }

  private String concat(String x) {
    String left = activated(pointwise(x, between(1, 20)));
    String right = random.nextBoolean() ? x : activated(pointwise(x, between(1, 20)));
    int[] shape = b.shape(left);
    shape[1] += b.shape(right)[1];
    return requantized(b.node(new Op.Concat(1), shape, left, right));
  }

  /** Enlarged, resized, or turned round and cut: what has no arithmetic on integers. */
  private String moved(String x) {
    int[] in = b.shape(x);
    if (in[2] < 12 && in[3] < 12 && random.nextBoolean()) {
      return b.node(
          new Op.Upsample(List.of(1, 1, 2, 3)), new int[] {in[0], in[1], in[2] * 2, in[3] * 3}, x);
    }
    if (in[2] < 12 && in[3] < 12 && random.nextBoolean()) {
      return requantized(
          b.resize(
              x,
              GraphBuilder.sampling(random, in[2], 2 * in[2]),
              GraphBuilder.sampling(random, in[3], 2 * in[3])));
    }
    String turned =
        b.node(new Op.Transpose(List.of(0, 1, 3, 2)), new int[] {in[0], in[1], in[3], in[2]}, x);
    int rows = Math.max(1, in[3] - 1);
    String cut =
        b.node(
            new Op.Slice(List.of(0, 0, in[3] - rows, 0), List.of(1, 1, 1, 1)),
            new int[] {in[0], in[1], rows, in[2]},
            turned);
    return random.nextBoolean() ? cut : requantized(cut);
  }

  private String classifier(String x) {
    int[] in = b.shape(x);
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), false);
    String features = requantized(b.node(mean, new int[] {in[0], in[1]}, x));
    int classes = between(2, 90);
    String logits =
        requantized(
            random.nextBoolean()
                ? b.node(
                    new Op.Gemm(0.5f, 2, false, true),
                    new int[] {in[0], classes},
                    features,
                    b.quantizedConstant(0, classes, in[1]),
                    b.constant(-1, 1, classes))
                : b.node(
                    new Op.MatMul(),
                    new int[] {in[0], classes},
                    features,
                    b.quantizedConstant(1, in[1], classes)));
    return random.nextBoolean()
        ? logits
        : b.node(new Op.Softmax(1), new int[] {in[0], classes}, logits);
  }
}
