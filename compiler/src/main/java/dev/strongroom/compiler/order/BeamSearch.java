package dev.strongroom.compiler.order;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds an order of a segment task by task, keeping the most promising beginnings of each length:
 * those with the lowest peak so far and, among them, with the least alive.
 */
final class BeamSearch {
  private static final int MAX_WIDTH = 64;

  /** A beginning: {@code task} after {@code parent}'s. */
  private record State(@Nullable State parent, int task, BitSet done, long live, long peak) {}

  /** A state that may come to be. */
  private record Candidate(State parent, int task, long live, long peak) {
    State state() {
      BitSet done = (BitSet) parent.done().clone();
      done.set(task);
      return new State(parent, task, done, live, peak);
    }
  }

  private BeamSearch() {}

  /** Some order of {@code segment}: greedy if no effort is left for more. */
  static int[] order(Segment segment, Effort effort) {
    long perWidth = (long) segment.size() * segment.size();
    int width = (int) Math.clamp(effort.left() / perWidth, 1, MAX_WIDTH);
    effort.spend(width * perWidth);
    Comparator<Candidate> promising =
        Comparator.<Candidate>comparingLong(c -> Math.max(c.peak(), segment.floor()))
            .thenComparingLong(Candidate::live);
    List<State> level = List.of(new State(null, -1, segment.done(), segment.live(), 0));
    for (int i = 0; i < segment.size(); i++) {
      List<Candidate> candidates = new ArrayList<>();
      level.forEach(state -> candidates.addAll(successors(segment, state)));
      candidates.sort(promising);
      level = best(candidates, width);
    }
    return path(segment, level.getFirst());
  }

  /** The first of {@code candidates}, one for each set of tasks. */
  private static List<State> best(List<Candidate> candidates, int width) {
    Set<BitSet> reached = new HashSet<>();
    List<State> best = new ArrayList<>();
    for (Candidate candidate : candidates) {
      State state = candidate.state();
      if (reached.add(state.done())) {
        best.add(state);
      }
      if (best.size() == width) {
        break;
      }
    }
    return best;
  }

  /** What may follow; one alone if it raises neither the peak nor what is alive. */
  private static List<Candidate> successors(Segment segment, State state) {
    List<Candidate> successors = new ArrayList<>();
    for (int t = state.done().nextClearBit(segment.from());
        t < segment.to();
        t = state.done().nextClearBit(t + 1)) {
      if (segment.ready(state.done(), t)) {
        Liveness.Effect effect = segment.run(state.done(), state.live(), t);
        long peak = Math.max(state.peak(), effect.peak());
        Candidate next = new Candidate(state, t, effect.live(), peak);
        if (effect.live() <= state.live() && peak <= Math.max(state.peak(), segment.floor())) {
          return List.of(next);
        }
        successors.add(next);
      }
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
