package dev.strongroom.graph.onnx;

/**
 * A node that the importer cannot translate.
 *
 * @param name the node's name, or where it has none that of its first output
 * @param opType the operator, with its domain where that is not ONNX's own
 * @param reason what is not supported, as part of a sentence
 */
public record UnsupportedNode(String name, String opType, String reason) {
  /**
   * Names come from the file, and some reasons quote it: they are stripped of what would break a
   * line or steer a terminal.
   */
  public UnsupportedNode {
    name = name.replaceAll("\\p{Cntrl}", "\ufffd");
    opType = opType.replaceAll("\\p{Cntrl}", "\ufffd");
    reason = reason.replaceAll("\\p{Cntrl}", "\ufffd");
  }

  /** For example {@code LSTM "encoder/lstm" (no such operator here)}. */
  @Override
  public String toString() {
    return "%s \"%s\" (%s)".formatted(opType, name, reason);
  }
}
