package dev.strongroom.compiler.quantise;

/** Told how far a long piece of work is; calls never overlap. */
@FunctionalInterface
public interface QuantiseProgress {
  /** Tells nobody. */
  QuantiseProgress NONE = (_, _, _) -> {};

  /**
   * @param task what is being done, a word or two
   * @param done how much of it
   * @param total of so much
   */
  void progress(String task, long done, long total);
}
