package dev.strongroom.compiler;

import java.util.List;

/** A graph that cannot be lowered. The message lists every node at fault, and why. */
public final class UnsupportedModelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> reasons;

  public UnsupportedModelException(String model, List<String> reasons) {
    super("%s cannot be compiled: %s".formatted(model, String.join("; ", reasons)));
    this.reasons = List.copyOf(reasons);
  }

  /** One for each fault, which it names. */
  public List<String> reasons() {
    return reasons;
  }
}
