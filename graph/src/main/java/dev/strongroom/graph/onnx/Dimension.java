package dev.strongroom.graph.onnx;

/** A dimension as a model file declares it. */
public sealed interface Dimension {

  /** A dimension of this size, at least 1. */
  record Fixed(int size) implements Dimension {
    @Override
    public String toString() {
      return Integer.toString(size);
    }
  }

  /**
   * A dimension whose size the caller chooses; those of one name have one size.
   *
   * @param name not empty
   */
  record Symbolic(String name) implements Dimension {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A dimension of which the file says nothing. */
  record Unknown() implements Dimension {
    @Override
    public String toString() {
      return "?";
    }
  }
}
