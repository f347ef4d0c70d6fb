package dev.strongroom.compiler;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Op.Unary.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random networks in which activations take most of the memory, so that planning has much to save:
 * chains of convolutions on larger images whose channels grow, inverted bottlenecks with residual
 * sums, poolings, squeeze and excitation, coarse images enlarged and added or concatenated to fine
 * ones, transposed convolutions, and more than one result.
 */
public final class DeepGraphs {
  private static final int[] ONE = {1, 1};

  private final SplittableRandom random;
  private final GraphBuilder b;
  private final List<String> images = new ArrayList<>();

  /** How many channels an image may have. */
  private final int widest;

  /** How many pixels an image may have. */
  private final int most;

  private DeepGraphs(long seed, int widest, int most) {
    this.random = new SplittableRandom(seed);
    this.b = new GraphBuilder(seed ^ 0xdee9);
    this.widest = widest;
    this.most = most;
  }

  /**
   * The network of a seed; its one input is {@code x} with one to six channels. One in eight has
   * images of up to 48 by 48 pixels, the others of up to 28 by 28.
   */
  public static Graph ofSeed(long seed) {
    int side = seed % 8 == 0 ? 48 : 28;
    return new DeepGraphs(seed, seed % 8 == 0 ? 32 : 24, side * side).graph(side);
  }

  private Graph graph(int side) {
    String x = b.input("x", 1, between(1, 6), between(side / 2, side), between(side / 2, side));
    x = activated(conv(x, between(4, 12)));
    int blocks = between(2, 6);
    for (int i = 0; i < blocks; i++) {
      x = block(x);
      images.add(x);
    }
    String result =
        switch (random.nextInt(3)) {
          case 0 -> b.pointwise(x, between(1, 3));
          case 1 -> classifier(x);
          default -> x;
        };
    String other = images.get(random.nextInt(images.size()));
    boolean several = random.nextInt(5) == 0 && !other.equals(result);
    return several ? b.build(result, other) : b.build(result);
  }

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  private int channels(String x) {
    return b.shape(x)[1];
  }

  private int pixels(String x) {
    return b.shape(x)[2] * b.shape(x)[3];
  }

  private String block(String x) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> activated(conv(x, Math.min(widest, channels(x) + between(0, 12))));
      case 2, 3 -> bottleneck(x);
      case 4 -> separable(x);
      case 5 -> pool(x);
      case 6 -> residual(x);
      case 7 -> excite(x);
      case 8 -> coarse(x, true);
      case 9 -> coarse(x, false);
      case 10 -> branches(x);
      default -> transposed(x);
    };
  }

  /** With a window of 1 to 5, mostly of stride 1, often padded unevenly, sometimes dilated. */
  private String conv(String x, int channels) {
    int groups = random.nextInt(6) == 0 && channels(x) % 2 == 0 ? 2 : 1;
    int rounded = Math.max(groups, channels / groups * groups);
    int stride = pixels(x) > 300 && random.nextInt(4) == 0 ? 2 : 1;
    return windowed(x, rounded, groups, stride);
  }

  private String windowed(String x, int channels, int groups, int stride) {
    int[] in = b.shape(x);
    int[] kernel = {between(1, 4), between(1, 4)};
    int[] dilations = {random.nextInt(5) == 0 ? 2 : 1, random.nextInt(5) == 0 ? 2 : 1};
    int[] pads = new int[4];
    for (int d = 0; d < 2; d++) {
      int missing = dilations[d] * (kernel[d] - 1);
      pads[d] = between(0, missing);
      pads[d + 2] = Math.max(0, missing - pads[d] - (in[2 + d] > 8 ? between(0, 1) : 0));
    }
    return b.conv(x, channels, kernel, new int[] {stride, stride}, pads, dilations, groups, coin());
  }

  private boolean coin() {
    return random.nextBoolean();
  }

  private String depthwise(String x, int stride) {
    int c = channels(x);
    int[] strides = {stride, stride};
    return b.conv(x, c, new int[] {3, 3}, strides, new int[] {1, 1, 1, 1}, ONE, c, true);
  }

  private String activated(String x) {
    return switch (random.nextInt(5)) {
      case 0 -> b.unary(Function.RELU, x);
      case 1 -> b.unary(Function.CLIP, 0, 6, x);
      case 2 -> b.binary(Op.Binary.Kind.MUL, x, b.unary(Function.SIGMOID, x));
      case 3 -> b.unary(Function.LEAKY_RELU, 0.1f, 0, x);
      default -> x;
    };
  }

  /** Wide in the middle, as in MobileNetV2, with a sum where the shapes allow it. */
  private String bottleneck(String x) {
    int stride = pixels(x) > 300 && random.nextInt(4) == 0 ? 2 : 1;
    int wide = Math.min(3 * widest, channels(x) * between(2, 4));
    String middle = activated(depthwise(activated(b.pointwise(x, wide)), stride));
    if (random.nextInt(3) == 0) {
      middle = excite(middle);
    }
    int out = coin() ? channels(x) : Math.min(widest, channels(x) + between(0, 8));
    String narrow = b.pointwise(middle, out);
    return stride == 1 && out == channels(x) ? b.binary(Op.Binary.Kind.ADD, x, narrow) : narrow;
  }

  private String separable(String x) {
    String filtered = activated(depthwise(x, 1));
    return activated(b.pointwise(filtered, Math.min(widest, channels(x) + between(0, 8))));
  }

  private String residual(String x) {
    int[] three = {3, 3};
    int[] pads = {1, 1, 1, 1};
    String hidden = activated(b.conv(x, Math.min(widest, 16), three, ONE, pads, ONE, 1, true));
    String back = b.conv(hidden, channels(x), three, ONE, pads, ONE, 1, true);
    return activated(b.binary(Op.Binary.Kind.ADD, x, back));
  }

  private String pool(String x) {
    int[] in = b.shape(x);
    int k = Math.min(between(2, 3), Math.min(in[2], in[3]));
    int stride = pixels(x) > 150 ? 2 : 1;
    int pad = between(0, k - 1);
    boolean max = coin();
    return b.node(
        new Op.Pool(
            max ? Op.Pool.Kind.MAX : Op.Pool.Kind.AVERAGE,
            GraphBuilder.list(k, k),
            GraphBuilder.list(stride, stride),
            GraphBuilder.list(pad, 0, 0, pad),
            GraphBuilder.list(1, 1),
            !max && coin()),
        new int[] {
          in[0],
          in[1],
          GraphBuilder.outputSize(in[2], k, stride, pad, 1),
          GraphBuilder.outputSize(in[3], k, stride, pad, 1)
        },
        x);
  }

  /** A gate for each channel; half the time what it gates is a pointwise convolution, and added. */
  private String excite(String x) {
    String gated = coin() ? b.pointwise(x, channels(x) + between(0, 4)) : x;
    int[] in = b.shape(gated);
    int[] pixel = {in[0], in[1], 1, 1};
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), true);
    String hidden = b.unary(Function.RELU, b.pointwise(b.node(mean, pixel, gated), between(2, 6)));
    String gate = b.unary(Function.HARD_SIGMOID, 0.2f, 0.5f, b.pointwise(hidden, in[1]));
    String product = b.binary(Op.Binary.Kind.MUL, gated, gate);
    return coin() ? b.binary(Op.Binary.Kind.ADD, gated, product) : product;
  }

  /** Half the size by a convolution, enlarged again, then added or concatenated. */
  private String coarse(String x, boolean add) {
    int[] in = b.shape(x);
    if (in[2] < 4 || in[3] < 4) {
      return residual(x);
    }
    String even = x;
    if (in[2] % 2 + in[3] % 2 > 0) {
      int[] cut = {in[0], in[1], in[2] & -2, in[3] & -2};
      even = b.node(new Op.Slice(List.of(0, 0, 0, 0), List.of(1, 1, 1, 1)), cut, x);
      in = cut;
    }
    int[] pads = {1, 1, 1, 1};
    int out = add ? in[1] : between(2, 8);
    String low = b.conv(even, out, new int[] {3, 3}, new int[] {2, 2}, pads, ONE, 1, true);
    String activated = activated(low);
    String back =
        coin()
            ? b.resize(
                activated,
                GraphBuilder.sampling(random, b.shape(low)[2], in[2]),
                GraphBuilder.sampling(random, b.shape(low)[3], in[3]))
            : b.node(
                new Op.Upsample(List.of(1, 1, 2, 2)),
                new int[] {in[0], out, in[2], in[3]},
                activated);
    return add
        ? activated(b.binary(Op.Binary.Kind.ADD, even, back))
        : b.node(new Op.Concat(1), new int[] {in[0], in[1] + out, in[2], in[3]}, even, back);
  }

  private String branches(String x) {
    List<String> ends = new ArrayList<>();
    int[] shape = b.shape(x);
    shape[1] = 0;
    for (int i = between(2, 3); i > 0; i--) {
      String end = coin() ? b.pointwise(x, between(2, 8)) : separable(x);
      shape[1] += channels(end);
      ends.add(end);
    }
    String all = b.node(new Op.Concat(1), shape, ends.toArray(String[]::new));
    return activated(b.pointwise(all, Math.min(widest, channels(all))));
  }

  private String transposed(String x) {
    int[] in = b.shape(x);
    int k = between(2, 4);
    int pad = between(0, 1);
    int cut = between(0, 1);
    int oh = (in[2] - 1) * 2 + k - pad - cut;
    int ow = (in[3] - 1) * 2 + k - pad - cut;
    if (oh * ow > most || oh < 1 || ow < 1) {
      return separable(x);
    }
    int channels = between(2, 12);
    double scale = 2.0 / Math.sqrt((double) in[1] * k * k);
    return activated(
        b.node(
            new Op.ConvTranspose(List.of(2, 2), List.of(pad, pad, cut, cut), List.of(1, 1), 1),
            new int[] {in[0], channels, oh, ow},
            x,
            b.constant(-scale, scale, in[1], channels, k, k),
            b.constant(-0.4, 0.4, channels)));
  }

  private String classifier(String x) {
    int[] in = b.shape(x);
    Op mean = new Op.Reduce(Op.Reduce.Kind.MEAN, List.of(2, 3), false);
    int classes = between(2, 20);
    return b.node(
        new Op.Gemm(1, 1, false, true),
        new int[] {in[0], classes},
        b.node(mean, new int[] {in[0], in[1]}, x),
        b.constant(-1, 1, classes, in[1]),
        b.constant(-1, 1, classes));
  }
}
