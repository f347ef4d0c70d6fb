package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Node;
import java.util.List;

/**
 * A node, and those behind it that belong to it: a bias that is added, an activation function.
 * Nothing between them is rounded; what leaves the last of them may be.
 *
 * @param head the node that gives the layer its name
 * @param output the value that leaves the layer
 * @param kind what integers can do for it
 */
record Layer(Node head, String output, Kind kind) {
  /** What a layer does, as far as integers are concerned. */
  enum Kind {
    /** Multiplies by constant weights: the second operand of its head. */
    PRODUCT,
    /** Computes on the integers of its operands, with a scale of its own for the result. */
    ARITHMETIC,
    /** Moves or chooses among the integers of its operands, so that all have one scale. */
    MOVEMENT,
    /** Computes in FLOAT32. */
    FLOAT
  }

  /** The operands that are no constants of the layer. */
  List<String> activations() {
    return kind == Kind.PRODUCT ? List.of(head.inputs().getFirst()) : head.inputs();
  }
}
