package dev.strongroom.compiler.lower;

/** Why a node cannot be lowered. */
final class UnsupportedNodeException extends Exception {
  private static final long serialVersionUID = 1L;

  UnsupportedNodeException(String message) {
    super(message);
  }
}
