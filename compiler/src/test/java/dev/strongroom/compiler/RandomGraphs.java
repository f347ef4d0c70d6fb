package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random networks of odd sizes: convolutions with strides, dilations, groups and asymmetric
 * padding, transposed ones, poolings, branches that join by sum, gate or concatenation,
 * enlargements, bilinear resizing, written out hard-swish and batch normalisation, and sometimes an
 * attention block at the end.
 */
public final class RandomGraphs {
  private final SplittableRandom random;
  private final GraphBuilder b;
  private final List<String> images = new ArrayList<>();

  private RandomGraphs(long seed) {
    random = new SplittableRandom(seed);
    b = new GraphBuilder(seed ^ 0x5eed);
  }

  /** The network of a seed; its one input is {@code x} with one to twelve channels. */
  public static Graph ofSeed(long seed) {
    return new RandomGraphs(seed).graph();
  }

  private Graph graph() {
    images.add(b.input("x", 1, between(1, 12), between(3, 17), between(3, 17)));
    int steps = between(2, 10);
    for (int i = 0; i < steps; i++) {
      images.add(next(images.get(random.nextInt(Math.max(0, images.size() - 3), images.size()))));
    }
    String last = images.getLast();
    String result =
        switch (random.nextInt(3)) {
          case 0 -> last;
          case 1 -> classifier(last);
          default -> attention(last);
        };
    return random.nextInt(4) == 0 && !images.get(images.size() - 2).equals("x")
        ? b.build(result, images.get(images.size() - 2))
        : b.build(result);
  }

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  private String next(String x) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> activated(conv(x));
      case 3, 4 -> activated(depthwise(x));
      case 5 -> activated(grouped(x));
      case 6 -> pool(x);
      case 7 -> join(x);
      case 8 -> gate(x);
      case 9 -> concat(x);
      case 10 -> upsample(x);
      default -> transposed(x);
    };
  }

  private String conv(String x) {
    return conv(x, between(1, 40), 1);
  }

  private String depthwise(String x) {
    int channels = b.shape(x)[1];
    return batchNorm(conv(x, channels, channels));
  }

  private String grouped(String x) {
    int channels = b.shape(x)[1];
    int groups = channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;
    return conv(x, groups * between(1, 5), groups);
  }

  private String conv(String x, int channels, int groups) {
    int[] in = b.shape(x);
    int[] kernel = new int[2];
    int[] strides = new int[2];
    int[] dilations = new int[2];
    int[] pads = new int[4];
    for (int d = 0; d < 2; d++) {
      kernel[d] = between(1, 5);
      strides[d] = between(1, 3);
      dilations[d] = between(1, 2);
      int extent = dilations[d] * (kernel[d] - 1) + 1;
      pads[d] = between(0, kernel[d] - 1);
      pads[d + 2] = between(0, kernel[d] - 1);
      int missing = extent - in[2 + d] - pads[d] - pads[d + 2];
      pads[d + 2] += Math.max(0, missing);
    }
    return b.conv(x, channels, kernel, strides, pads, dilations, groups, random.nextBoolean());
  }

  private String batchNorm(String x) {
    if (random.nextBoolean()) {
      return x;
    }
    int c = b.shape(x)[1];
    return b.node(
        new Op.BatchNorm(1e-5f),
        b.shape(x),
        x,
        b.constant(0.5, 1.5, c),
        b.constant(-0.5, 0.5, c),
        b.constant(-0.5, 0.5, c),
        b.constant(0.5, 2, c));
  }

  private String activated(String x) {
    return switch (random.nextInt(9)) {
      case 0 -> b.unary(Function.RELU, x);
      case 1 -> b.unary(Function.CLIP, 0, 6, x);
      case 2 -> {
        String sum = b.binary(Op.Binary.Kind.ADD, x, b.scalar(3));
        String gate = b.unary(Function.CLIP, 0, 6, sum);
        String product = b.binary(Op.Binary.Kind.MUL, x, gate);
        yield b.binary(Op.Binary.Kind.DIV, product, b.scalar(6));
      }
      case 3 -> b.binary(Op.Binary.Kind.MUL, b.unary(Function.SIGMOID, x), x);
      case 4 -> b.unary(Function.TANH, x);
      case 5 -> {
        int c = b.shape(x)[1];
        String scaled = b.binary(Op.Binary.Kind.MUL, x, b.constant(0.5, 2, c, 1, 1));
        yield b.binary(Op.Binary.Kind.ADD, b.constant(-1, 1, 1, c, 1, 1), scaled);
      }
      case 6 -> b.unary(Function.LEAKY_RELU, 0.1f, 0, x);
      case 7 -> b.unary(random.nextBoolean() ? Function.SIN : Function.COS, x);
      default -> x;
    };
  }

  private String pool(String x) {
    int[] in = b.shape(x);
    int k = Math.min(between(1, 3), Math.min(in[2], in[3]));
    int stride = between(1, 2);
    int pad = k > 1 ? between(0, k - 1) : 0;
    boolean max = random.nextBoolean();
    return b.node(
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
        x);
  }

  private String join(String x) {
    return b.binary(Op.Binary.Kind.ADD, x, activated(b.pointwise(x, b.shape(x)[1])));
  }

  private String gate(String x) {
    int[] in = b.shape(x);
    String mean =
        b.node(
            new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true),
            new int[] {in[0], in[1], 1, 1},
            x);
    String hidden = b.unary(Function.RELU, b.pointwise(mean, between(1, 9)));
    String gate = b.unary(Function.HARD_SIGMOID, 0.2f, 0.5f, b.pointwise(hidden, in[1]));
    return b.binary(Op.Binary.Kind.MUL, x, gate);
  }

  private String concat(String x) {
    String left = activated(b.pointwise(x, between(1, 20)));
    String right = random.nextBoolean() ? x : b.pointwise(x, between(1, 20));
    int[] shape = b.shape(left);
    shape[1] += b.shape(right)[1];
    return b.node(new Op.Concat(1), shape, left, right);
  }

  private String upsample(String x) {
    int[] in = b.shape(x);
    if (in[2] > 20 || in[3] > 20) {
      return activated(b.pointwise(x, between(1, 20)));
    }
    if (random.nextBoolean()) {
      int height = random.nextBoolean() ? 2 * in[2] : between(1, 30);
      int width = between(1, 30);
      return b.resize(
          x,
          GraphBuilder.sampling(random, in[2], height),
          GraphBuilder.sampling(random, in[3], width));
    }
    return b.node(
        new Op.Upsample(List.of(1, 1, 2, 3)), new int[] {in[0], in[1], in[2] * 2, in[3] * 3}, x);
  }

  private String transposed(String x) {
    int[] in = b.shape(x);
    int channels = between(1, 18);
    int[] kernel = {between(2, 4), between(2, 4)};
    int[] strides = {between(1, 2), between(1, 2)};
    int[] pads = {between(0, 1), between(0, 1), between(0, 1), between(0, 1)};
    int oh = (in[2] - 1) * strides[0] + kernel[0] - pads[0] - pads[2];
    int ow = (in[3] - 1) * strides[1] + kernel[1] - pads[1] - pads[3];
    if (oh < 1 || ow < 1 || oh > 40 || ow > 40) {
      return activated(x);
    }
    return activated(
        b.node(
            new Op.ConvTranspose(
                GraphBuilder.list(strides), GraphBuilder.list(pads), List.of(1, 1), 1),
            new int[] {in[0], channels, oh, ow},
            x,
            b.constant(-0.4, 0.4, in[1], channels, kernel[0], kernel[1]),
            b.constant(-0.4, 0.4, channels)));
  }

  private String classifier(String x) {
    int[] in = b.shape(x);
    String mean =
        b.node(
            new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), false), new int[] {in[0], in[1]}, x);
    int classes = between(2, 50);
    String logits =
        b.node(
            new Op.Gemm(0.5f, 2, false, true),
            new int[] {in[0], classes},
            mean,
            b.constant(-1, 1, classes, in[1]),
            b.constant(-1, 1, classes));
    return b.node(new Op.Softmax(1), new int[] {in[0], classes}, logits);
  }

  /** Tokens of the pixels: layer normalisation, queries, keys and values, softmax, residual. */
  private String attention(String x) {
    int[] in = b.shape(x);
    int length = in[2] * in[3];
    int heads = between(1, 3);
    int size = between(1, 6);
    int width = heads * size;
    if (length > 300) {
      return x;
    }
    String image = b.pointwise(x, width);
    String flat = b.node(new Op.Reshape(), new int[] {1, width, length}, image);
    String tokens = b.node(new Op.Transpose(List.of(0, 2, 1)), new int[] {1, length, width}, flat);
    String normal = layerNorm(tokens);
    String product =
        b.node(
            new Op.MatMul(),
            new int[] {1, length, 3 * width},
            normal,
            b.constant(-0.5, 0.5, width, 3 * width));
    String qkv = b.binary(Op.Binary.Kind.ADD, product, b.constant(-0.5, 0.5, 3 * width));
    String split = b.node(new Op.Reshape(), new int[] {1, length, 3, heads, size}, qkv);
    String perHead =
        b.node(
            new Op.Transpose(List.of(2, 0, 3, 1, 4)), new int[] {3, 1, heads, length, size}, split);
    String[] parts = new String[3];
    for (int i = 0; i < 3; i++) {
      String slice =
          b.node(
              new Op.Slice(List.of(i, 0, 0, 0, 0), List.of(1, 1, 1, 1, 1)),
              new int[] {1, 1, heads, length, size},
              perHead);
      parts[i] = b.node(new Op.Reshape(), new int[] {1, heads, length, size}, slice);
    }
    String query = b.binary(Op.Binary.Kind.MUL, parts[0], b.scalar(0.4f));
    String key =
        b.node(new Op.Transpose(List.of(0, 1, 3, 2)), new int[] {1, heads, size, length}, parts[1]);
    String scores = b.node(new Op.MatMul(), new int[] {1, heads, length, length}, query, key);
    String weights = b.node(new Op.Softmax(3), b.shape(scores), scores);
    String mixed = b.node(new Op.MatMul(), new int[] {1, heads, length, size}, weights, parts[2]);
    String joined =
        b.node(new Op.Transpose(List.of(0, 2, 1, 3)), new int[] {1, length, heads, size}, mixed);
    String merged = b.node(new Op.Reshape(), new int[] {1, length, width}, joined);
    return b.binary(Op.Binary.Kind.ADD, tokens, merged);
  }

  private String layerNorm(String x) {
    int[] shape = b.shape(x);
    int[] reduced = Arrays.copyOf(shape, shape.length);
    reduced[shape.length - 1] = 1;
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(shape.length - 1), true);
    String centred = b.binary(Op.Binary.Kind.SUB, x, b.node(mean, reduced, x));
    String squared = b.binary(Op.Binary.Kind.POW, centred, b.scalar(2));
    String variance = b.node(mean, reduced, squared);
    String deviation =
        b.unary(Function.SQRT, b.binary(Op.Binary.Kind.ADD, variance, b.scalar(1e-5f)));
    String normal = b.binary(Op.Binary.Kind.DIV, centred, deviation);
    int width = shape[shape.length - 1];
    return b.binary(
        Op.Binary.Kind.ADD,
        b.binary(Op.Binary.Kind.MUL, normal, b.constant(0.5, 1.5, width)),
        b.constant(-0.5, 0.5, width));
  }
}
