package dev.strongroom.compiler.place;

import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Simulated annealing over the order in which {@link FirstFit} places: a request that reaches the
 * peak, or any other, moves to an earlier position. Seeded, so that its result is a function of its
 * arguments.
 */
final class Annealing {
  private static final long SEED = 0x5EED;

  /** The first temperature, as a share of the peak: a worsening of 1 % passes now and then. */
  private static final double WARM = 0.01;

  /** Rounds times the square of the requests: there are fewer rounds where each takes longer. */
  private static final long MOST_WORK = 500_000_000;

  private Annealing() {}

  /**
   * Tries up to {@code rounds} orders from {@code start} on, and leaves in {@code best} the best.
   *
   * @param start an order
   * @param goal a peak, in units, that needs no improvement
   * @param outOfTime asked before each round
   */
  static void improve(
      Instance instance, Best best, int[] start, int rounds, long goal, BooleanSupplier outOfTime) {
    if (instance.count < 2) {
      return;
    }
    long affordable = Math.min(rounds, MOST_WORK / instance.count / instance.count);
    SplittableRandom random = new SplittableRandom(SEED);
    FirstFit firstFit = new FirstFit(instance);
    int[] order = start.clone();
    long current = firstFit.place(order);
    long[] offsets = firstFit.offsets.clone();
    for (int round = 0; round < affordable && best.peak() > goal; round++) {
      if (outOfTime.getAsBoolean()) {
        return;
      }
      int from = random.nextInt(1, order.length);
      if (random.nextBoolean()) {
        from = topmost(instance, offsets, order, current, from);
      }
      int to = random.nextInt(from);
      move(order, from, to);
      long peak = firstFit.place(order);
      double temperature = WARM * current * (affordable - round) / affordable;
      if (peak <= current || random.nextDouble() < Math.exp((current - peak) / temperature)) {
        current = peak;
        System.arraycopy(firstFit.offsets, 0, offsets, 0, offsets.length);
        best.offer(firstFit.offsets, peak);
      } else {
        move(order, to, from);
      }
    }
  }

  /** The next position in {@code order}, from {@code from} on and around, that reaches the peak. */
  private static int topmost(Instance instance, long[] offsets, int[] order, long peak, int from) {
    for (int i = 0; i < order.length; i++) {
      int position = (from + i) % order.length;
      int request = order[position];
      if (position > 0 && offsets[request] + instance.sizes[request] == peak) {
        return position;
      }
    }
    return from;
  }

  private static void move(int[] order, int from, int to) {
    int moved = order[from];
    if (from > to) {
      System.arraycopy(order, to, order, to + 1, from - to);
    } else {
      System.arraycopy(order, from + 1, order, from, to - from);
    }
    order[to] = moved;
  }
}
