package dev.strongroom.compiler.order;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds an order of a segment task by task, keeping the most promising beginnings of each length:
 * those with the lowest peak so far and, among them, with the least alive.
 */
final class BeamSearch {
  private static final int MAX_WIDTH = 64;

  private record State(BitSet done, long live, long peak, @Nullable State parent, int task) {}

  private BeamSearch() {}

  /** Some order of {@code segment}: greedy if no effort is left for more. */
  static int[] order(Segment segment, Effort effort) {
    long perWidth = (long) segment.size() * segment.size();
    int width = (int) Math.clamp(effort.left() / perWidth, 1, MAX_WIDTH);
    effort.spend(width * perWidth);
    Comparator<State> promising =
        Comparator.<State>comparingLong(s -> Math.max(s.peak(), segment.floor()))
            .thenComparingLong(State::live);
    List<State> level = List.of(new State(segment.done(), segment.live(), 0, null, -1));
    for (int i = 0; i < segment.size(); i++) {
      Map<BitSet, State> reached = new LinkedHashMap<>();
      for (State state : level) {
        for (State next : successors(segment, state)) {
          reached.merge(next.done(), next, (a, b) -> promising.compare(b, a) < 0 ? b : a);
        }
      }
      level = reached.values().stream().sorted(promising).limit(width).toList();
    }
    return path(segment, level.getFirst());
  }

  /** What may follow; one alone if it raises neither the peak nor what is alive. */
  private static List<State> successors(Segment segment, State state) {
    List<State> successors = new ArrayList<>();
    for (int t = state.done().nextClearBit(segment.from());
        t < segment.to();
        t = state.done().nextClearBit(t + 1)) {
      if (!segment.ready(state.done(), t)) {
        continue;
      }
      Liveness.Effect effect = segment.run(state.done(), state.live(), t);
      BitSet done = (BitSet) state.done().clone();
      done.set(t);
      State next = new State(done, effect.live(), Math.max(state.peak(), effect.peak()), state, t);
      if (effect.live() <= state.live()
          && effect.peak() <= Math.max(state.peak(), segment.floor())) {
        return List.of(next);
      }
      successors.add(next);
    }
    return successors;
  }

  private static int[] path(Segment segment, State end) {
    int[] order = new int[segment.size()];
    State state = end;
    for (int i = order.length - 1; i >= 0 && state != null; i--) {
      order[i] = state.task();
      state = state.parent();
    }
    return order;
  }
}
