package dev.strongroom.compiler;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Sampling;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Builds graphs for tests: values get names and types, constants come from one seed. */
public final class GraphBuilder {
  private final SplittableRandom random;
  private final List<String> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, TensorType> types = new LinkedHashMap<>();

  public GraphBuilder(long seed) {
    random = new SplittableRandom(seed);
  }

  public String input(String name, int... shape) {
    return input(name, DataType.FLOAT32, shape);
  }

  public String input(String name, DataType type, int... shape) {
    inputs.add(name);
    types.put(name, new TensorType(type, Shape.of(shape)));
    return name;
  }

  /** A constant of random elements in [low, high). */
  public String constant(double low, double high, int... shape) {
    int elements = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    return constant(values, shape);
  }

  public String constant(float[] values, int... shape) {
    String name = "c" + constants.size();
    Tensor tensor = Tensor.ofFloats(values, shape);
    constants.put(name, tensor);
    types.put(name, tensor.type());
    return name;
  }

  public String scalar(float value) {
    return constant(new float[] {value});
  }

  /** Applies {@code op}; its result has the shape given. */
  public String node(Op op, int[] shape, String... operands) {
    return node(op, TensorType.float32(shape), operands);
  }

  /** Applies {@code op}; its result is of the type given. */
  public String node(Op op, TensorType type, String... operands) {
    String output = "v" + nodes.size();
    nodes.add(new Node("n" + nodes.size(), op, List.of(operands), output));
    types.put(output, type);
    return output;
  }

  public String unary(Op.Unary.Function function, String x) {
    return unary(function, 0, 0, x);
  }

  public String unary(Op.Unary.Function function, float alpha, float beta, String x) {
    return node(new Op.Unary(function, alpha, beta), shape(x), x);
  }

  /** {@code kind} on operands of which one has the shape of the result. */
  public String binary(Op.Binary.Kind kind, String a, String b) {
    return node(new Op.Binary(kind), broadcast(shape(a), shape(b)), a, b);
  }

  private static int[] broadcast(int[] a, int[] b) {
    int rank = Math.max(a.length, b.length);
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      int x = i < rank - a.length ? 1 : a[i - rank + a.length];
      int y = i < rank - b.length ? 1 : b[i - rank + b.length];
      shape[i] = Math.max(x, y);
    }
    return shape;
  }

  /** A convolution with random weights. */
  public String conv(
      String x,
      int channels,
      int[] kernel,
      int[] strides,
      int[] pads,
      int[] dilations,
      int groups,
      boolean bias) {
    int[] in = shape(x);
    int perGroup = in[1] / groups;
    double scale = 1.5 / Math.sqrt((double) perGroup * kernel[0] * kernel[1]);
    String w = constant(-scale, scale, channels, perGroup, kernel[0], kernel[1]);
    int oh = outputSize(in[2], kernel[0], strides[0], pads[0] + pads[2], dilations[0]);
    int ow = outputSize(in[3], kernel[1], strides[1], pads[1] + pads[3], dilations[1]);
    Op op = new Op.Conv(list(strides), list(pads), list(dilations), groups);
    int[] shape = {in[0], channels, oh, ow};
    return bias ? node(op, shape, x, w, constant(-0.5, 0.5, channels)) : node(op, shape, x, w);
  }

  /** {@code x} through int8 and back. */
  public String requantized(String x, float scale, int zeroPoint) {
    String s = scalar(scale);
    String z = constant(DataType.INT8, new int[] {zeroPoint}, 1);
    String q =
        node(new Op.Quantize(-1), new TensorType(DataType.INT8, Shape.of(shape(x))), x, s, z);
    return node(new Op.Dequantize(-1), shape(x), q, s, z);
  }

  /** {@code x} through int8 and back, with a scale for each index of {@code axis}. */
  public String requantizedPerChannel(String x, int axis) {
    int channels = shape(x)[axis];
    String s = constant(0.01, 0.02, channels);
    String z = constant(DataType.INT8, new int[channels], channels);
    String q =
        node(new Op.Quantize(axis), new TensorType(DataType.INT8, Shape.of(shape(x))), x, s, z);
    return node(new Op.Dequantize(axis), shape(x), q, s, z);
  }

  /**
   * A dequantised constant around ±1, with a scale for each index of {@code axis}, or one if -1.
   */
  public String quantizedConstant(int axis, int... shape) {
    int[] values = random.ints(IntStream.of(shape).reduce(1, (a, b) -> a * b), -128, 128).toArray();
    int scales = axis < 0 ? 1 : shape[axis];
    return node(
        new Op.Dequantize(axis),
        shape,
        constant(DataType.INT8, values, shape),
        constant(0.004, 0.012, scales),
        constant(DataType.INT8, new int[scales], scales));
  }

  private String constant(DataType type, int[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      if (type == DataType.INT8) {
        data.put((byte) value);
      } else {
        data.putInt(value);
      }
    }
    String name = "c" + constants.size();
    Tensor tensor = Tensor.of(new TensorType(type, Shape.of(shape)), data.flip());
    constants.put(name, tensor);
    types.put(name, tensor.type());
    return name;
  }

  /**
   * A convolution with int8 weights.
   *
   * @param bias 0 for none, 1 for floats, 2 for int32
   */
  public String quantizedConv(
      String x,
      int channels,
      int[] kernel,
      int[] strides,
      int[] pads,
      int[] dilations,
      int groups,
      boolean perChannel,
      int bias) {
    int[] in = shape(x);
    int[] filter = {channels, in[1] / groups, kernel[0], kernel[1]};
    int scales = perChannel ? channels : 1;
    // Results are about as large as the inputs.
    double size = 1.5 / (128 * Math.sqrt((double) filter[1] * filter[2] * filter[3]));
    int[] values =
        random.ints(IntStream.of(filter).reduce(1, (a, b) -> a * b), -127, 128).toArray();
    String w =
        node(
            new Op.Dequantize(perChannel ? 0 : -1),
            filter,
            constant(DataType.INT8, values, filter),
            constant(size, 2 * size, scales),
            constant(DataType.INT8, new int[scales], scales));
    Op op = new Op.Conv(list(strides), list(pads), list(dilations), groups);
    int oh = outputSize(in[2], kernel[0], strides[0], pads[0] + pads[2], dilations[0]);
    int ow = outputSize(in[3], kernel[1], strides[1], pads[1] + pads[3], dilations[1]);
    int[] shape = {in[0], channels, oh, ow};
    return switch (bias) {
      case 0 -> node(op, shape, x, w);
      case 1 -> node(op, shape, x, w, constant(-0.5, 0.5, channels));
      default ->
          node(
              op,
              shape,
              x,
              w,
              node(
                  new Op.Dequantize(0),
                  new int[] {channels},
                  constant(DataType.INT32, random.ints(channels, -9000, 9000).toArray(), channels),
                  constant(2e-5, 6e-5, channels),
                  constant(DataType.INT32, new int[channels], channels)));
    };
  }

  /** A pointwise convolution. */
  public String resize(String x, Sampling rows, Sampling columns) {
    int[] in = shape(x);
    return node(
        new Op.Resize(rows, columns), new int[] {in[0], in[1], rows.size(), columns.size()}, x);
  }

  /** One of the ways in which models resize a dimension bilinearly. */
  public static Sampling sampling(SplittableRandom random, int from, int to) {
    return switch (random.nextInt(to > 1 ? 3 : 2)) {
      case 0 -> new Sampling(to, from - to, 2 * from, 2 * to); // half_pixel
      case 1 -> new Sampling(to, 0, from, to); // asymmetric
      default -> new Sampling(to, 0, from - 1, to - 1); // align_corners
    };
  }

  public String pointwise(String x, int channels) {
    return conv(
        x,
        channels,
        new int[] {1, 1},
        new int[] {1, 1},
        new int[] {0, 0, 0, 0},
        new int[] {1, 1},
        1,
        true);
  }

  public static int outputSize(int in, int kernel, int stride, int pads, int dilation) {
    return (in + pads - dilation * (kernel - 1) - 1) / stride + 1;
  }

  public static List<Integer> list(int... values) {
    return IntStream.of(values).boxed().toList();
  }

  public int[] shape(String value) {
    return types.get(value).shape().dims();
  }

  public Graph build(String... outputs) {
    return new Graph("test", inputs, List.of(outputs), nodes, constants, types);
  }
}
