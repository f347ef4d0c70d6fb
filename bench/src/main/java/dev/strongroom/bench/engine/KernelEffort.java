package dev.strongroom.bench.engine;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long each kernel is timed.
 *
 * @param forks virtual machines that time it, one after another: C2 does not make the same of a
 *     kernel in each
 * @param warmUps spells in each of them before those that count
 * @param spells that count, in each of them: a time for each, the mean of all runs in it
 * @param spellMillis how long a spell is
 */
public record KernelEffort(int forks, int warmUps, int spells, int spellMillis) {
  /** What figures to compare are taken with. */
  public static final KernelEffort FULL = new KernelEffort(2, 4, 8, 200);

  /** What shows whether a kernel runs at all, and roughly how fast. */
  public static final KernelEffort QUICK = new KernelEffort(1, 1, 3, 50);

  /** From the start of a virtual machine to its first run, mostly compiling. */
  private static final int START_MILLIS = 2_000;

  /** How many {@link #words} there are. */
  static final int WORDS = 4;

  /** What {@link #of} makes this of again. */
  List<String> words() {
    return Stream.of(forks, warmUps, spells, spellMillis).map(String::valueOf).toList();
  }

  static KernelEffort of(List<String> words) {
    return new KernelEffort(
        Integer.parseInt(words.get(0)),
        Integer.parseInt(words.get(1)),
        Integer.parseInt(words.get(2)),
        Integer.parseInt(words.get(3)));
  }

  /** About how long {@code kernels} take, one after another. */
  public Duration expected(int kernels) {
    return Duration.ofMillis(
        (long) kernels * forks * (START_MILLIS + (warmUps + spells) * spellMillis));
  }
}
