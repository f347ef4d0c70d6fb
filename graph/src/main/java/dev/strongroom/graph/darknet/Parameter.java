package dev.strongroom.graph.darknet;

import dev.strongroom.graph.Shape;

/**
 * A tensor of weights that a layer needs.
 *
 * @param name of the constant in the graph
 * @param energy the mean square of what the layer gets, as far as it can be guessed: for random
 *     weights, which are scaled by it
 */
record Parameter(String name, Role role, Shape shape, double energy) {

  /** What a parameter does. */
  enum Role {
    BIAS,
    SCALE,
    MEAN,
    VARIANCE,
    /** [M, C / groups, KH, KW]. */
    FILTERS,
    /** [M, C, H, W]; files of versions above 1000 hold [CHW, M]. */
    PRODUCT,
    /** Zeros that no file holds. */
    NO_BIAS
  }

  long elements() {
    return shape.elements();
  }

  /** Bytes in a file of weights. */
  long bytes() {
    return role == Role.NO_BIAS ? 0 : elements() * Float.BYTES;
  }
}
