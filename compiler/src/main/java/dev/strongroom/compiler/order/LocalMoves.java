package dev.strongroom.compiler.order;

import java.util.ArrayList;
import java.util.List;

/**
 * Betters an order of a segment by moving tasks past the one at which the peak lies: either tasks
 * before it, with what depends on them, to behind it, or tasks behind it, with what they depend on,
 * to before it. A move counts if it lowers the peak or leaves fewer tasks at it.
 */
final class LocalMoves {
  private final Segment segment;
  private final Effort effort;

  private LocalMoves(Segment segment, Effort effort) {
    this.segment = segment;
    this.effort = effort;
  }

  /** {@code order} or a better one; ends where no single move helps or the effort is spent. */
  static int[] improve(Segment segment, int[] order, Effort effort) {
    LocalMoves moves = new LocalMoves(segment, effort);
    int[] best = order;
    Height height = moves.height(order);
    while (height.peak() > segment.floor()) {
      int[] better = moves.better(best, height);
      if (better.length == 0) {
        break;
      }
      best = better;
      height = moves.height(best);
    }
    return best;
  }

  /**
   * How high an order is.
   *
   * @param times how many tasks reach the peak
   * @param first place in the order of the first that does
   */
  private record Height(long peak, int times, int first) {
    boolean below(Height other) {
      return peak < other.peak || (peak == other.peak && times < other.times);
    }
  }

  private Height height(int[] order) {
    effort.spend(order.length);
    long[] peaks = segment.peaks(order);
    Height height = new Height(-1, 0, 0);
    for (int i = 0; i < peaks.length; i++) {
      if (peaks[i] > height.peak()) {
        height = new Height(peaks[i], 1, i);
      } else if (peaks[i] == height.peak()) {
        height = new Height(peaks[i], height.times() + 1, height.first());
      }
    }
    return height;
  }

  /** The first better order one move away; empty if there is none. */
  private int[] better(int[] order, Height height) {
    int top = height.first();
    for (int i = 0; i < order.length; i++) {
      if (i == top || effort.isSpent()) {
        continue;
      }
      for (int[] moved : i < top ? delayed(order, i, top) : advanced(order, i, top)) {
        if (height(moved).below(height)) {
          return moved;
        }
      }
    }
    return new int[0];
  }

  /** The task at {@code i} and all after it that need it, put right behind {@code top} or later. */
  private List<int[]> delayed(int[] order, int i, int top) {
    if (segment.precedes(order[i], order[top])) {
      return List.of();
    }
    boolean[] group = new boolean[order.length];
    for (int j = i; j < top; j++) {
      group[j] = j == i || segment.precedes(order[i], order[j]);
    }
    int latest = top + 1;
    while (latest < order.length && !segment.precedes(order[i], order[latest])) {
      latest++;
    }
    List<int[]> orders = new ArrayList<>();
    orders.add(gathered(order, group, top + 1));
    if (latest > top + 1) {
      orders.add(gathered(order, group, latest));
    }
    return orders;
  }

  /**
   * The task at {@code i} and all before it that it needs, put right before {@code top} or earlier.
   */
  private List<int[]> advanced(int[] order, int i, int top) {
    if (segment.precedes(order[top], order[i])) {
      return List.of();
    }
    boolean[] group = new boolean[order.length];
    for (int j = top + 1; j <= i; j++) {
      group[j] = j == i || segment.precedes(order[j], order[i]);
    }
    int earliest = top;
    while (earliest > 0 && !segment.precedes(order[earliest - 1], order[i])) {
      earliest--;
    }
    List<int[]> orders = new ArrayList<>();
    orders.add(gathered(order, group, top));
    if (earliest < top) {
      orders.add(gathered(order, group, earliest));
    }
    return orders;
  }

  /** {@code order} with the marked places taken out and put, in their order, before {@code at}. */
  private static int[] gathered(int[] order, boolean[] group, int at) {
    int[] moved = new int[order.length];
    int n = 0;
    for (int i = 0; i < at; i++) {
      if (!group[i]) {
        moved[n++] = order[i];
      }
    }
    for (int i = 0; i < order.length; i++) {
      if (group[i]) {
        moved[n++] = order[i];
      }
    }
    for (int i = at; i < order.length; i++) {
      if (!group[i]) {
        moved[n++] = order[i];
      }
    }
    return moved;
  }
}
