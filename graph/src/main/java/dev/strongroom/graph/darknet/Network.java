package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.InvalidModelException;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network whose weights have not been read yet.
 *
 * @param nodes those that the output needs
 * @param types of the input, of every constant and of what every node defines
 * @param weights what the layers need, in the order of a .weights file
 */
record Network(
    String input,
    String output,
    List<Node> nodes,
    Map<String, TensorType> types,
    List<LayerWeights> weights) {

  /**
   * What one layer needs.
   *
   * @param parameters in the order of the file
   */
  record LayerWeights(Section section, List<Parameter> parameters) {
    LayerWeights {
      parameters = List.copyOf(parameters);
    }

    long bytes() {
      return parameters.stream().mapToLong(Parameter::bytes).sum();
    }
  }

  /** Where weights come from; asked for each layer's, in the file's order. */
  interface Source {
    Tensor next(Section section, Parameter parameter) throws IOException, InvalidModelException;
  }

  /** Bytes of all constants. */
  long constantBytes() {
    return weights.stream()
        .flatMap(w -> w.parameters().stream())
        .mapToLong(p -> p.elements() * Float.BYTES)
        .sum();
  }

  /** Multiply-accumulates of one inference. */
  long macs() {
    long macs = 0;
    for (Node node : nodes) {
      List<Shape> in = node.inputs().stream().map(i -> type(i).shape()).toList();
      macs = Math.addExact(macs, Macs.of(node.op(), in, type(node.output()).shape()));
    }
    return macs;
  }

  TensorType type(String value) {
    TensorType type = types.get(value);
    if (type == null) {
      throw new IllegalStateException("value " + value + " has no type");
    }
    return type;
  }

  /** The graph with weights from {@code source}. */
  Graph graph(String name, Source source) throws IOException, InvalidModelException {
    Set<String> read = new HashSet<>();
    nodes.forEach(n -> read.addAll(n.inputs()));
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (LayerWeights layer : weights) {
      for (Parameter parameter : layer.parameters()) {
        Tensor tensor = source.next(layer.section(), parameter);
        if (read.contains(parameter.name())) {
          constants.put(parameter.name(), tensor);
        }
      }
    }
    return new Graph(name, List.of(input), List.of(output), nodes, constants, types);
  }
}
