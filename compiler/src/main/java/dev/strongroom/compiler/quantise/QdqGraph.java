package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a graph anew, with Quantize and Dequantize behind chosen values, and the weights of chosen
 * nodes as INT8 constants.
 */
final class QdqGraph {
  private final Graph graph;
  private final Map<String, Range> ranges;
  private final Set<Node> products;
  private final boolean perChannel;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants;
  private final Map<String, TensorType> types;

  /** What readers of a quantised value read instead. */
  private final Map<String, String> dequantised = new HashMap<>();

  private QdqGraph(Graph graph, Map<String, Range> ranges, Set<Node> products, boolean perChannel) {
    this.graph = graph;
    this.ranges = ranges;
    this.products = products;
    this.perChannel = perChannel;
    this.constants = new LinkedHashMap<>(graph.constants());
    this.types = new LinkedHashMap<>(graph.types());
  }

  /**
   * The quantised graph.
   *
   * @param ranges of the values that are quantised
   * @param products the nodes whose weights are
   */
  static Graph of(Graph graph, Map<String, Range> ranges, Set<Node> products, boolean perChannel) {
    return new QdqGraph(graph, ranges, products, perChannel).write();
  }

  private Graph write() {
    graph.inputs().forEach(this::quantiseIfChosen);
    for (Node node : graph.nodes()) {
      List<String> inputs =
          node.inputs().stream().map(i -> dequantised.getOrDefault(i, i)).toList();
      nodes.add(products.contains(node) ? product(node, inputs) : renamed(node, node.op(), inputs));
      quantiseIfChosen(node.output());
    }
    Set<String> read = new java.util.HashSet<>(graph.outputs());
    nodes.forEach(n -> read.addAll(n.inputs()));
    constants.keySet().retainAll(read);
    read.addAll(graph.inputs());
    nodes.forEach(n -> read.add(n.output()));
    types.keySet().retainAll(read);
    return new Graph(graph.name(), graph.inputs(), graph.outputs(), nodes, constants, types);
  }

  private static Node renamed(Node node, Op op, List<String> inputs) {
    return new Node(node.name(), op, inputs, node.output());
  }

  private void quantiseIfChosen(String value) {
    Range range = ranges.get(value);
    if (range == null) {
      return;
    }
    String scale = constant(value + "/scale", Tensor.ofFloats(new float[] {range.scale()}));
    String zero = constant(value + "/zero-point", int8(new byte[] {range.zeroPoint()}, Shape.of()));
    Shape shape = graph.type(value).shape();
    String q =
        node(
            value + "/quantised",
            new Op.Quantize(-1),
            List.of(value, scale, zero),
            new TensorType(DataType.INT8, shape));
    dequantised.put(
        value,
        node(
            value + "/dequantised",
            new Op.Dequantize(-1),
            List.of(q, scale, zero),
            graph.type(value)));
  }

  private Node product(Node node, List<String> inputs) {
    Op op = node.op();
    Tensor weights = tensor(node.inputs().get(1));
    Shape shape = weights.shape();
    float[] w = weights.floats();
    boolean hasBias = node.inputs().size() > 2;
    Tensor biasTensor = hasBias ? tensor(node.inputs().get(2)) : Tensor.ofFloats(new float[0], 0);
    float[] bias = biasTensor.floats();
    if (op instanceof Op.Gemm gemm) {
      // The factors become part of the weights and of the bias.
      scale(w, gemm.alpha());
      scale(bias, gemm.beta());
      op = new Op.Gemm(1, 1, gemm.transposeA(), gemm.transposeB());
    }
    int axis = outputAxis(op);
    int channels = shape.dim(axis);
    Range x = ranges.get(node.inputs().getFirst());
    boolean row = bias.length == channels && biasTensor.shape().dim(-1) == channels;
    boolean integerBias = x != null && row;
    float[] scales =
        WeightScales.of(w, shape, axis, perChannel, integerBias ? bias : new float[0], x);
    List<String> operands = new ArrayList<>(List.of(inputs.getFirst()));
    operands.add(weights(node, w, shape, axis, scales));
    if (integerBias && x != null) {
      operands.add(bias(node, bias, biasTensor.shape(), scales, x.scale()));
    } else if (hasBias) {
      operands.add(
          constant(node.output() + "/bias", Tensor.ofFloats(bias, biasTensor.shape().dims())));
    }
    return renamed(node, op, operands);
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** The dimension of a product's weights that the result's channels lie along. */
  private static int outputAxis(Op op) {
    return switch (op) {
      case Op.MatMul _ -> 1;
      case Op.Gemm gemm -> gemm.transposeB() ? 0 : 1;
      default -> 0;
    };
  }

  private String weights(Node node, float[] w, Shape shape, int axis, float[] scales) {
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    byte[] q = new byte[w.length];
    for (int i = 0; i < q.length; i++) {
      float scale = scales[i / inner % scales.length];
      q[i] = (byte) Math.clamp((int) Math.rint(w[i] / scale), -127, 127);
    }
    return dequantise(
        node.output() + "/weights",
        int8(q, shape),
        scales,
        int8(new byte[scales.length], scaleShape(scales)),
        axis);
  }

  private String bias(Node node, float[] bias, Shape shape, float[] scales, float xScale) {
    float[] products = scales.clone();
    scale(products, xScale);
    ByteBuffer q = ByteBuffer.allocate(4 * bias.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bias.length; i++) {
      q.putInt((int) Math.rint((double) bias[i] / products[i % products.length]));
    }
    return dequantise(
        node.output() + "/bias",
        Tensor.of(new TensorType(DataType.INT32, shape), q.flip()),
        products,
        Tensor.of(
            new TensorType(DataType.INT32, scaleShape(products)),
            ByteBuffer.allocate(4 * products.length)),
        shape.rank() - 1);
  }

  private static Shape scaleShape(float[] scales) {
    return scales.length == 1 ? Shape.of() : Shape.of(scales.length);
  }

  private String dequantise(String name, Tensor q, float[] scales, Tensor zero, int axis) {
    return node(
        name + "/dequantised",
        new Op.Dequantize(scales.length == 1 ? -1 : axis),
        List.of(
            constant(name + "/quantised", q),
            constant(name + "/scale", Tensor.ofFloats(scales, scaleShape(scales).dims())),
            constant(name + "/zero-point", zero)),
        new TensorType(DataType.FLOAT32, q.shape()));
  }

  private static Tensor int8(byte[] values, Shape shape) {
    return Tensor.of(new TensorType(DataType.INT8, shape), ByteBuffer.wrap(values));
  }

  private String constant(String base, Tensor tensor) {
    String name = unique(base);
    constants.put(name, tensor);
    types.put(name, tensor.type());
    return name;
  }

  private String node(String base, Op op, List<String> inputs, TensorType type) {
    String output = unique(base);
    types.put(output, type);
    nodes.add(new Node(output, op, inputs, output));
    return output;
  }

  private String unique(String base) {
    String name = base;
    for (int i = 1; types.containsKey(name); i++) {
      name = base + "#" + i;
    }
    return name;
  }

  private Tensor tensor(String constant) {
    Tensor tensor = graph.constants().get(constant);
    if (tensor == null) {
      throw new IllegalStateException(constant + " is no constant");
    }
    return tensor;
  }
}
