package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.onnx.importer.Translation.Emission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the graph of what a translation emitted: drops what no output needs, and names values as
 * the model does wherever it has a name for them.
 */
final class GraphAssembly {
  private final Map<Value, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Emission> emissions;

  private GraphAssembly(List<Emission> emissions) {
    this.emissions = emissions;
  }

  /**
   * The graph.
   *
   * @param named every value of the model that has a name, in order of definition
   * @param inputs names of the model's inputs
   * @param outputs names of the model's outputs
   */
  static Graph assemble(
      String name,
      List<Emission> emissions,
      Map<String, Value> named,
      List<String> inputs,
      List<String> outputs)
      throws RejectedException {
    GraphAssembly assembly = new GraphAssembly(emissions);
    assembly.taken.addAll(named.keySet());
    return assembly.assemble(name, named, inputs, outputs);
  }

  private Graph assemble(
      String name, Map<String, Value> named, List<String> inputs, List<String> outputs)
      throws RejectedException {
    for (String input : inputs) {
      names.put(value(named, input), input);
    }
    // An output that is another value under a second name needs a node of its own: a Reshape to the
    // same shape leaves everything as it is.
    Map<String, Value> copies = new LinkedHashMap<>();
    for (String output : outputs) {
      Value value = value(named, output);
      if (value.padding().isPresent()) {
        throw RejectedException.of(
            "output \"%s\" is the result of Pad \"%s\", which only a convolution or a pooling can"
                + " take over",
            output, value.padding().orElseThrow().node());
      }
      if (value.constant().isEmpty()
          && names.putIfAbsent(value, output) != null
          && !output.equals(names.get(value))) {
        copies.put(output, value);
      }
    }
    List<Emission> live = live(named, outputs);
    named.forEach((n, v) -> names.putIfAbsent(v, n));

    Map<String, TensorType> types = new LinkedHashMap<>();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    Set<String> nodeNames = new HashSet<>();
    inputs.forEach(i -> types.put(i, value(named, i).type()));
    for (Emission e : live) {
      List<String> operands = new ArrayList<>();
      for (Value v : e.inputs()) {
        String operand = names.computeIfAbsent(v, _ -> unique(e.node() + "/constant", taken));
        v.constant().ifPresent(c -> constants.put(operand, c));
        types.put(operand, v.type());
        operands.add(operand);
      }
      String output = names.computeIfAbsent(e.output(), _ -> unique(e.node(), taken));
      types.put(output, e.output().type());
      nodes.add(new Node(unique(e.node(), nodeNames), e.op(), operands, output));
    }
    for (String output : outputs) {
      Value value = value(named, output);
      value.constant().ifPresent(c -> constants.put(output, c));
      types.put(output, value.type());
    }
    for (Map.Entry<String, Value> copy : copies.entrySet()) {
      String source = names.getOrDefault(copy.getValue(), "");
      nodes.add(
          new Node(
              unique(copy.getKey(), nodeNames), new Op.Reshape(), List.of(source), copy.getKey()));
    }
    return new Graph(name, inputs, outputs, nodes, constants, types);
  }

  private List<Emission> live(Map<String, Value> named, List<String> outputs) {
    Set<Value> needed = new HashSet<>();
    outputs.forEach(o -> needed.add(value(named, o)));
    List<Emission> live = new ArrayList<>();
    for (Emission e : emissions.reversed()) {
      if (needed.contains(e.output())) {
        needed.addAll(e.inputs());
        live.add(e);
      }
    }
    return live.reversed();
  }

  private static Value value(Map<String, Value> named, String name) {
    Value value = named.get(name);
    if (value == null) {
      throw new IllegalStateException("value " + name + " was not translated");
    }
    return value;
  }

  private static String unique(String base, Set<String> taken) {
    String name = base;
    for (int i = 1; !taken.add(name); i++) {
      name = base + "#" + i;
    }
    return name;
  }
}
