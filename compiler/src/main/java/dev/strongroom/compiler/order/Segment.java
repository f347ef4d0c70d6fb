package dev.strongroom.compiler.order;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A stretch of tasks between two points that every order passes: all before it run first and all
 * after it last, so it can be put in order by itself. Tasks keep their numbers.
 */
final class Segment {
  private final Precedence precedence;
  private final Liveness liveness;
  private final int from;
  private final int to;
  private final long live;
  private final long floor;

  private Segment(
      Precedence precedence, Liveness liveness, int from, int to, long live, long floor) {
    this.precedence = precedence;
    this.liveness = liveness;
    this.from = from;
    this.to = to;
    this.live = live;
    this.floor = floor;
  }

  /** All segments of {@code problem}, in their order. */
  static List<Segment> split(OrderProblem problem) {
    Precedence precedence = Precedence.of(problem);
    Liveness liveness = new Liveness(problem);
    List<Segment> segments = new ArrayList<>();
    BitSet done = new BitSet();
    long live = liveness.atStart();
    int from = 0;
    for (int to : precedence.cuts()) {
      long floor = live;
      for (int t = from; t < to; t++) {
        boolean alone = to - from == 1;
        long needed =
            alone ? liveness.run(done, live, t).peak() : liveness.floor(t, precedence, problem);
        floor = Math.max(floor, needed);
      }
      segments.add(new Segment(precedence, liveness, from, to, live, floor));
      for (; from < to; from++) {
        live = liveness.run(done, live, from).live();
        done.set(from);
      }
    }
    return segments;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int size() {
    return to - from;
  }

  /** Bytes alive before it. */
  long live() {
    return live;
  }

  /** No order has a smaller peak here. */
  long floor() {
    return floor;
  }

  /** All peaks are multiples of it. */
  long grain() {
    return liveness.grain();
  }

  /** The tasks that ran before it; the caller's to change. */
  BitSet done() {
    BitSet done = new BitSet(to);
    done.set(0, from);
    return done;
  }

  boolean isDone(BitSet done) {
    return done.nextClearBit(from) >= to;
  }

  boolean ready(BitSet done, int task) {
    return precedence.ready(done, task);
  }

  boolean precedes(int first, int second) {
    return precedence.precedes(first, second);
  }

  Liveness.Effect run(BitSet done, long liveBefore, int task) {
    return liveness.run(done, liveBefore, task);
  }

  /** Its tasks as given. */
  int[] givenOrder() {
    int[] order = new int[size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = from + i;
    }
    return order;
  }

  /** The peak of each task when they run in {@code order}, which must be valid. */
  long[] peaks(int[] order) {
    BitSet done = done();
    long now = live;
    long[] peaks = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      Liveness.Effect effect = run(done, now, order[i]);
      peaks[i] = effect.peak();
      now = effect.live();
      done.set(order[i]);
    }
    return peaks;
  }

  /** The highest of {@link #peaks}. */
  long peak(int[] order) {
    long peak = 0;
    for (long p : peaks(order)) {
      peak = Math.max(peak, p);
    }
    return peak;
  }
}
