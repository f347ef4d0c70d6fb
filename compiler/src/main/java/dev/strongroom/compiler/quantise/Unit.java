package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Node;
import java.util.Set;

/**
 * What is quantised or left alone together: the weights of layers, and the values that leave them,
 * which share one scale.
 *
 * @param name of its first layer
 * @param weights nodes whose weights belong to it
 * @param values activations that belong to it
 */
record Unit(String name, Set<Node> weights, Set<String> values) {
  Unit {
    weights = Set.copyOf(weights);
    values = Set.copyOf(values);
  }
}
