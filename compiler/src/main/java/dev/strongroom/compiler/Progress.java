package dev.strongroom.compiler;

/** Is told how far a compilation has come. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (task, done, total) -> {};

  /**
   * @param task what is being done, in a word
   * @param done of {@code total}
   */
  void report(String task, int done, int total);
}
