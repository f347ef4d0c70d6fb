package dev.strongroom.compiler;

/** Is told how far a compilation has come. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (task, done, total) -> {};

  /**
   * @param task what is being done, in a word: ordering, planning or placing
   * @param done of {@code total}, of the whole compilation: never less than before, and all of it
   *     once the result is there
   */
  void report(String task, int done, int total);

  /** What stands for a whole in {@link #part}. */
  int WHOLE = 1000;

  /** Tells this that what it is told itself is only a part: from so many of a whole to so many. */
  default Progress part(int from, int to) {
    return (task, done, total) ->
        report(task, from + (int) ((long) (to - from) * done / total), WHOLE);
  }
}
