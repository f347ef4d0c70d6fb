package dev.strongroom.compiler;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
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

  /** A pointwise convolution. */
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
