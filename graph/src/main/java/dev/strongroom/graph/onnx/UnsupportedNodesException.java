package dev.strongroom.graph.onnx;

import dev.strongroom.graph.InvalidModelException;
import java.util.List;
import java.util.stream.Collectors;

/** A model with nodes that the importer cannot translate. The message lists all of them. */
public final class UnsupportedNodesException extends InvalidModelException {
  private static final long serialVersionUID = 1L;

  private final transient List<UnsupportedNode> nodes;

  /**
   * @param nodes at least one
   */
  public UnsupportedNodesException(List<UnsupportedNode> nodes) {
    super(
        "%d %s not supported: %s"
            .formatted(
                nodes.size(),
                nodes.size() == 1 ? "node is" : "nodes are",
                nodes.stream().map(UnsupportedNode::toString).collect(Collectors.joining("; "))));
    this.nodes = List.copyOf(nodes);
  }

  /** What {@code cause} says, in other words. */
  UnsupportedNodesException(String message, UnsupportedNodesException cause) {
    super(message, cause);
    this.nodes = cause.nodes;
  }

  /** Every node that is not supported, in the order in which they would run. */
  public List<UnsupportedNode> nodes() {
    return nodes;
  }
}
