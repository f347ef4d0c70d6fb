package dev.strongroom.compiler;

import java.util.List;

/** A graph that cannot be lowered. The message lists every node at fault, and why. */
public final class UnsupportedModelException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnsupportedModelException(String model, List<String> reasons) {
    super("%s cannot be compiled: %s".formatted(model, String.join("; ", reasons)));
  }
}
