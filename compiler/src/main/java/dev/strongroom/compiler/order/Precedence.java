package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.compiler.order.OrderProblem.Task;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which task has to run before which. */
final class Precedence {
  /** All that have to run before a task, at once or not. */
  private final BitSet[] before;

  /** Enough of them to imply the others. */
  private final int[][] directly;

  private Precedence(BitSet[] edges) {
    int tasks = edges.length;
    before = new BitSet[tasks];
    directly = new int[tasks][];
    for (int t = 0; t < tasks; t++) {
      before[t] = new BitSet(tasks);
      BitSet implied = new BitSet(tasks);
      edges[t].stream().forEach(p -> implied.or(before[p]));
      before[t].or(implied);
      before[t].or(edges[t]);
      edges[t].andNot(implied);
      directly[t] = edges[t].stream().toArray();
    }
  }

  static Precedence of(OrderProblem problem) {
    BitSet[] edges = new BitSet[problem.tasks().size()];
    List<Touches> touches = new ArrayList<>();
    problem.buffers().forEach(b -> touches.add(new Touches(b.input())));
    for (int t = 0; t < edges.length; t++) {
      Task task = problem.tasks().get(t);
      edges[t] = new BitSet(edges.length);
      task.after().forEach(edges[t]::set);
      for (Step step : task.steps()) {
        for (int read : step.reads()) {
          touches.get(read).read(t);
        }
        touches.get(step.write()).write(t);
      }
    }
    touches.forEach(t -> t.addTo(edges));
    return new Precedence(edges);
  }

  /** Who touches one buffer, in the given order. */
  private static final class Touches {
    private final BitSet readers = new BitSet();
    private final BitSet writers = new BitSet();
    private boolean wasRead;
    private boolean rewritten;

    Touches(boolean input) {
      // What was there before the first step counts as read: writing destroys it.
      wasRead = input;
    }

    void read(int task) {
      readers.set(task);
      wasRead = true;
    }

    void write(int task) {
      writers.set(task);
      rewritten |= wasRead;
    }

    void addTo(BitSet[] edges) {
      if (!rewritten) {
        readers.stream().forEach(r -> follow(edges, r, writers));
        return;
      }
      BitSet all = (BitSet) readers.clone();
      all.or(writers);
      all.stream().forEach(t -> follow(edges, t, before(writers.get(t) ? all : writers, t)));
    }

    private static BitSet before(BitSet tasks, int task) {
      return tasks.get(0, task);
    }

    private static void follow(BitSet[] edges, int task, BitSet others) {
      edges[task].or(others);
      edges[task].clear(task);
    }
  }

  int tasks() {
    return before.length;
  }

  /** Whether all that {@code task} has to follow is done. */
  boolean ready(BitSet done, int task) {
    for (int p : directly[task]) {
      if (!done.get(p)) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code first} runs before {@code second} in every order. */
  boolean precedes(int first, int second) {
    return before[second].get(first);
  }

  /**
   * The numbers i such that every order runs the tasks 0 … i - 1 before all others. Ascending; the
   * number of tasks is the last.
   */
  int[] cuts() {
    int[] cuts = new int[tasks()];
    int count = 0;
    // How many of the first tasks all those from i on have to follow.
    int common = tasks();
    for (int i = tasks() - 1; i > 0; i--) {
      common = Math.min(common, before[i].nextClearBit(0));
      if (common >= i) {
        cuts[count++] = i;
      }
    }
    int[] ascending = new int[count + 1];
    for (int i = 0; i < count; i++) {
      ascending[i] = cuts[count - 1 - i];
    }
    ascending[count] = tasks();
    return ascending;
  }
}
