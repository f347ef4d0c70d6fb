package dev.strongroom.compiler.place;

import java.time.Duration;
import java.util.Optional;

/**
 * How hard to look for a smaller peak. Without a time limit the result is a function of the
 * requests; with one it also depends on how fast the machine is.
 *
 * @param goal a peak that is small enough: the search ends once it is reached
 * @param orders how many orders simulated annealing tries
 * @param nodes how many nodes the exact search may visit, or as much work with very many requests
 * @param time after which the search makes do with what it has; unlimited if empty
 */
public record Effort(long goal, int orders, long nodes, Optional<Duration> time) {
  /** A few greedy orders: for those who compare many plans. */
  public static final Effort QUICK = new Effort(0, 0, 0, Optional.empty());

  /** What a plan that will be used deserves: a few seconds at the most, usually none at all. */
  public static final Effort THOROUGH = new Effort(0, 500, 50_000, Optional.empty());

  /** All that {@code time} allows, but no more than it takes to reach {@code goal}. */
  public static Effort within(Duration time, long goal) {
    return new Effort(goal, 500, Long.MAX_VALUE, Optional.of(time));
  }
}
