package dev.strongroom.compiler.order;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order of a segment whose peak keeps to a budget, depth first over the sets of tasks
 * that are done, each visited once. That is SERENITY's dynamic programming with a soft budget (Ahn
 * et al., MLSys 2020) read as a question of reachability.
 *
 * <p>A task that is ready, keeps to the budget and leaves no more alive than before it runs at
 * once: since liveness is submodular, whatever completes the order without it could also have begun
 * with it. A chain of tasks that ends as low as it began runs at once for the same reason.
 */
final class BudgetedSearch {
  /** Most sets remembered, which bounds the memory. */
  private static final int MAX_STATES = 60_000;

  /** What became of a search. */
  sealed interface Outcome {
    /** An order that keeps to the budget. */
    record Found(int[] order) implements Outcome {}

    /** None does; the smallest budget for which one might. */
    record Impossible(long next) implements Outcome {}

    /** The effort or the memory was spent before the answer was found. */
    record GaveUp() implements Outcome {}
  }

  /** A set of tasks that are done, and the ways on from it. */
  private static final class State {
    final BitSet done;
    long live;

    /** Length of the path that led here. */
    int depth;

    /** Tasks from which {@link #crossed} led nowhere; not asked again further on. */
    final BitSet dull;

    List<Choice> choices = List.of();
    int next;

    State(BitSet done, long live, int depth, BitSet dull) {
      this.done = done;
      this.live = live;
      this.depth = depth;
      this.dull = dull;
    }

    State copy() {
      return new State((BitSet) done.clone(), live, depth, (BitSet) dull.clone());
    }
  }

  /** A task that may run next, and what is alive then. */
  private record Choice(int task, long live) {}

  private final Segment segment;
  private final long budget;
  private final Effort effort;
  private final Set<BitSet> visited = new HashSet<>();
  private final int[] path;

  /** The least that a task which went beyond the budget needed. */
  private long next = Long.MAX_VALUE;

  /** The same, of the tasks that were ready when choices were last listed. */
  private long beyond = Long.MAX_VALUE;

  private BudgetedSearch(Segment segment, long budget, Effort effort) {
    this.segment = segment;
    this.budget = budget;
    this.effort = effort;
    path = new int[segment.size()];
  }

  static Outcome search(Segment segment, long budget, Effort effort) {
    return new BudgetedSearch(segment, budget, effort).run();
  }

  private Outcome run() {
    Deque<State> stack = new ArrayDeque<>();
    stack.push(enter(new State(segment.done(), segment.live(), 0, new BitSet())));
    while (!stack.isEmpty()) {
      State state = stack.peek();
      if (state.depth == path.length) {
        return new Outcome.Found(path);
      }
      if (state.next == state.choices.size()) {
        stack.pop();
        continue;
      }
      if (effort.isSpent() || visited.size() >= MAX_STATES) {
        return new Outcome.GaveUp();
      }
      State successor = state.copy();
      Choice choice = state.choices.get(state.next++);
      take(successor, choice);
      stack.push(enter(successor));
    }
    return new Outcome.Impossible(next);
  }

  private void take(State state, Choice choice) {
    path[state.depth++] = choice.task();
    state.done.set(choice.task());
    state.live = choice.live();
  }

  /** Runs what may run at once, then lists the choices; none if this set was visited before. */
  private State enter(State state) {
    List<Choice> choices;
    do {
      choices = choices(state);
    } while (advanced(state, choices));
    if (visited.add(state.done)) {
      next = Math.min(next, beyond);
      choices.sort(Comparator.comparingLong(Choice::live));
      state.choices = choices;
    }
    return state;
  }

  /** The tasks that may run next within the budget, up to the first that leaves no more alive. */
  private List<Choice> choices(State state) {
    effort.spend(segment.size());
    beyond = Long.MAX_VALUE;
    List<Choice> choices = new ArrayList<>();
    for (int t = open(state, segment.from()); t < segment.to(); t = open(state, t + 1)) {
      Liveness.Effect effect = segment.run(state.done, state.live, t);
      if (effect.peak() > budget) {
        beyond = Math.min(beyond, effect.peak());
        continue;
      }
      choices.add(new Choice(t, effect.live()));
      if (effect.live() <= state.live) {
        break;
      }
    }
    return choices;
  }

  /** The first task from {@code from} on that is ready; the segment's end if none is. */
  private int open(State state, int from) {
    int t = state.done.nextClearBit(from);
    while (t < segment.to() && !segment.ready(state.done, t)) {
      t = state.done.nextClearBit(t + 1);
    }
    return t;
  }

  /** Runs one of {@code choices}, or a chain that begins with one, if nothing is lost by that. */
  private boolean advanced(State state, List<Choice> choices) {
    if (!choices.isEmpty() && choices.getLast().live() <= state.live) {
      take(state, choices.getLast());
      return true;
    }
    for (Choice choice : choices) {
      if (!state.dull.get(choice.task())) {
        if (crossed(state, choice)) {
          return true;
        }
        state.dull.set(choice.task());
      }
    }
    return false;
  }

  /**
   * Runs {@code first}, which raises what is alive, and on along a chain of tasks if that leads
   * back down to where it began, all within the budget. Each task of the chain depends on the last
   * one that rose, so no part of the chain alone ends as low, and what holds for one task that does
   * not rise holds for the whole chain: nothing is lost by running it at once.
   */
  private boolean crossed(State state, Choice first) {
    State ahead = state.copy();
    take(ahead, first);
    int summit = first.task();
    while (ahead.live > state.live) {
      effort.spend(segment.to() - summit);
      Choice lowest = new Choice(-1, Long.MAX_VALUE);
      for (int t = open(ahead, summit); t < segment.to(); t = open(ahead, t + 1)) {
        if (segment.precedes(summit, t)) {
          Liveness.Effect effect = segment.run(ahead.done, ahead.live, t);
          if (effect.peak() <= budget && effect.live() < lowest.live()) {
            lowest = new Choice(t, effect.live());
          }
        }
      }
      if (lowest.task() < 0 || effort.isSpent()) {
        return false;
      }
      summit = lowest.live() > ahead.live ? lowest.task() : summit;
      take(ahead, lowest);
    }
    state.done.or(ahead.done);
    state.live = ahead.live;
    state.depth = ahead.depth;
    return true;
  }
}
