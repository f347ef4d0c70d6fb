package dev.strongroom.graph.darknet;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects nodes and parameters, and refuses sizes that no computer here could hold. */
final class NetworkBuilder {
  static final String INPUT = "input";
  static final String OUTPUT = "output";

  /** Elements of one tensor: 2 GiB of floats are what a buffer here holds. */
  private static final long MAX_ELEMENTS = (Integer.MAX_VALUE - 8L) / Float.BYTES;

  /** What is multiplied by 0 has none: random weights could not make up for it. */
  private static final double LEAST_ENERGY = 1e-12;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, TensorType> types = new LinkedHashMap<>();
  private final List<Network.LayerWeights> weights = new ArrayList<>();

  /**
   * What a layer gives: [1, C, H, W].
   *
   * @param energy its mean square, as far as it can be guessed without weights
   */
  record Value(String name, Shape shape, double energy) {
    int channels() {
      return shape.dim(1);
    }

    int height() {
      return shape.dim(2);
    }

    int width() {
      return shape.dim(3);
    }

    /** For example {@code 64×56×56}, channels first. */
    String size() {
      return "%d×%d×%d".formatted(channels(), height(), width());
    }

    Value withEnergy(double other) {
      return new Value(name, shape, other);
    }
  }

  /** The network's input; its values are taken to be spread over -1 to 1. */
  Value input(int channels, int height, int width) throws RejectedSectionException {
    Shape shape = shape("its picture", 1, channels, height, width);
    types.put(INPUT, new TensorType(DataType.FLOAT32, shape));
    return new Value(INPUT, shape, 1 / 3.0);
  }

  /** A shape whose elements have been counted. */
  static Shape shape(String what, int... dims) throws RejectedSectionException {
    double elements = 1;
    for (int dim : dims) {
      elements *= dim;
    }
    if (elements > MAX_ELEMENTS) {
      throw RejectedSectionException.of(
          "%s would hold %.0f MiB, more than the 2048 that one tensor may",
          what, elements * Float.BYTES / (1 << 20));
    }
    return Shape.of(dims);
  }

  /** A parameter of the layer called {@code layer}. */
  static Parameter parameter(
      String layer, String word, Parameter.Role role, double energy, int... dims)
      throws RejectedSectionException {
    return new Parameter(
        layer + "/" + word,
        role,
        shape("its " + word, dims),
        Math.clamp(energy, LEAST_ENERGY, 1 / LEAST_ENERGY));
  }

  /** Announces that the file holds these for {@code section}, in this order. */
  void weights(Section section, List<Parameter> parameters) {
    weights.add(new Network.LayerWeights(section, parameters));
    parameters.forEach(p -> types.put(p.name(), new TensorType(DataType.FLOAT32, p.shape())));
  }

  /** A node with constants behind its input; the operator says the shape of its result. */
  Value emit(String name, Op op, Value x, Parameter... parameters) throws RejectedSectionException {
    List<String> inputs = new ArrayList<>(List.of(x.name()));
    List<Shape> shapes = new ArrayList<>(List.of(x.shape()));
    for (Parameter parameter : parameters) {
      inputs.add(parameter.name());
      shapes.add(parameter.shape());
    }
    return emit(name, op, inputs, infer(op, shapes), x.energy());
  }

  /** A node with several inputs that layers gave. */
  Value emit(String name, Op op, List<Value> in, double energy) throws RejectedSectionException {
    return emit(
        name,
        op,
        in.stream().map(Value::name).toList(),
        infer(op, in.stream().map(Value::shape).toList()),
        energy);
  }

  /** A node whose operator leaves the shape of its result open. */
  Value emit(String name, Op op, Value x, Shape shape) throws RejectedSectionException {
    return emit(name, op, List.of(x.name()), shape, x.energy());
  }

  private Value emit(String name, Op op, List<String> inputs, Shape shape, double energy)
      throws RejectedSectionException {
    Shape counted = shape("its result", shape.dims());
    String unique = name;
    for (int i = 1; types.containsKey(unique); i++) {
      unique = name + "#" + i;
    }
    nodes.add(new Node(unique, op, inputs, unique));
    types.put(unique, new TensorType(DataType.FLOAT32, counted));
    return new Value(unique, counted, energy);
  }

  private static Shape infer(Op op, List<Shape> in) throws RejectedSectionException {
    try {
      return ShapeInference.infer(op, in);
    } catch (IllegalArgumentException e) {
      throw RejectedSectionException.of("%s", String.valueOf(e.getMessage()));
    }
  }

  /** Numbers that a file holds for the layers so far. */
  long parameters() {
    return weights.stream().mapToLong(Network.LayerWeights::bytes).sum() / Float.BYTES;
  }

  /**
   * The network that ends in {@code last}: [1, C], or [1, C, H, W] where it is more than points.
   */
  Network build(Value last) throws RejectedSectionException {
    boolean points = last.height() == 1 && last.width() == 1;
    // Nothing moves: the output gets a name of its own, whatever else reads the value.
    emit(OUTPUT, new Op.Reshape(), last, points ? Shape.of(1, last.channels()) : last.shape());
    Set<String> needed = new HashSet<>(Set.of(OUTPUT));
    List<Node> live = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (needed.contains(node.output())) {
        needed.addAll(node.inputs());
        live.add(node);
      }
    }
    Map<String, TensorType> used = new LinkedHashMap<>(types);
    used.keySet().removeIf(v -> !needed.contains(v) && !v.equals(INPUT));
    return new Network(INPUT, OUTPUT, List.copyOf(live.reversed()), used, List.copyOf(weights));
  }
}
