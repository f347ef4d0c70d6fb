package dev.strongroom.graph;

import java.util.List;

/**
 * One application of an operator.
 *
 * @param name unique in its graph
 * @param op what is computed
 * @param inputs names of values, in the operator's order; an optional input that is absent at the
 *     end is left out
 * @param output the name of the one value it defines
 */
public record Node(String name, Op op, List<String> inputs, String output) {
  public Node {
    inputs = List.copyOf(inputs);
  }
}
