package dev.strongroom.compiler.quantise;

import dev.strongroom.compiler.quantise.Layer.Kind;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what of a graph can be quantised. An activation is, if a product reads it, or a layer that
 * computes on integers because its own result is quantised: so the last layers' results, and what
 * only softmax, layer normalisation or products of two activations read, stay FLOAT32. Layers that
 * move elements give what they read and what they make one scale.
 */
final class Units {
  private final Graph graph;
  private final List<Layer> layers;
  private final Set<String> quantised = new HashSet<>();

  /** For each quantised value one that has its scale, and in the end one for all of a class. */
  private final Map<String, String> representatives = new HashMap<>();

  private Units(Graph graph) {
    this.graph = graph;
    this.layers = Layers.of(graph);
  }

  /** Those of {@code graph}, in its order; without activations each is a layer's weights. */
  static List<Unit> of(Graph graph, boolean weightsOnly) {
    Units units = new Units(graph);
    if (!weightsOnly) {
      units.chooseValues();
    }
    return units.collect();
  }

  private void chooseValues() {
    for (Layer layer : layers.reversed()) {
      boolean integers =
          layer.kind() == Kind.PRODUCT
              || (layer.kind() != Kind.FLOAT && quantised.contains(layer.output()));
      if (!integers) {
        continue;
      }
      quantised.addAll(layer.activations());
      if (layer.kind() == Kind.MOVEMENT) {
        layer.activations().forEach(v -> join(v, layer.output()));
      }
    }
  }

  private void join(String a, String b) {
    representatives.put(representative(a), representative(b));
  }

  private String representative(String value) {
    String next = representatives.getOrDefault(value, value);
    return next.equals(value) ? value : representative(next);
  }

  /** A unit while it is being made. */
  private static final class Parts {
    private final List<String> names = new ArrayList<>();
    private final Set<Node> weights = new LinkedHashSet<>();
    private final Set<String> values = new LinkedHashSet<>();
  }

  private List<Unit> collect() {
    Map<String, Parts> parts = new LinkedHashMap<>();
    for (String input : graph.inputs()) {
      if (quantised.contains(input)) {
        part(parts, input).names.add("input " + input);
      }
    }
    for (Layer layer : layers) {
      if (quantised.contains(layer.output())) {
        Parts part = part(parts, layer.output());
        if (layer.kind() != Kind.MOVEMENT) {
          part.names.add(layer.head().name());
        }
      }
      if (layer.kind() == Kind.PRODUCT) {
        Parts part = parts.computeIfAbsent(representative(layer.output()), _ -> new Parts());
        part.weights.add(layer.head());
        if (part.names.isEmpty()) {
          part.names.add(layer.head().name());
        }
      }
    }
    return parts.values().stream()
        .map(
            p ->
                new Unit(
                    p.names.isEmpty() ? p.values.iterator().next() : p.names.getFirst(),
                    p.weights,
                    p.values))
        .toList();
  }

  private Parts part(Map<String, Parts> parts, String value) {
    Parts part = parts.computeIfAbsent(representative(value), _ -> new Parts());
    part.values.add(value);
    return part;
  }
}
