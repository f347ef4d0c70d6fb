package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.OrderProblem.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The oracle of {@link OrderSearch}: a dynamic programme over the sets of tasks that are done, all
 * of them (Held and Karp's). What a task needs is found the long way, by the intervals in which
 * buffers live once results have overwritten operands; it is the same after a set of tasks in
 * whatever order these ran, so that one order stands for all. Shares no code with the search. For
 * problems whose buffers are never written again after they were read.
 */
final class OrderOracle {
  private final OrderProblem problem;
  private final int[] before;

  private OrderOracle(OrderProblem problem) {
    this.problem = problem;
    this.before = new int[problem.tasks().size()];
    for (int t = 0; t < before.length; t++) {
      for (int other = 0; other < before.length; other++) {
        if (other != t && hasToFollow(t, other)) {
          before[t] |= 1 << other;
        }
      }
    }
  }

  /** Whether {@code task} is told to run after {@code other}, or reads what that writes. */
  private boolean hasToFollow(int task, int other) {
    return problem.tasks().get(task).after().contains(other)
        || problem.tasks().get(task).steps().stream()
            .flatMap(step -> step.reads().stream())
            .anyMatch(
                read ->
                    problem.tasks().get(other).steps().stream().anyMatch(s -> s.write() == read));
  }

  /**
   * @param orders how many valid ones there are
   * @param peak the least of all of them
   */
  record Optimum(long orders, long peak) {}

  /** The best of all orders of at most a dozen or so tasks. */
  static Optimum of(OrderProblem problem) {
    return new OrderOracle(problem).optimum();
  }

  private Optimum optimum() {
    int all = (1 << before.length) - 1;
    long[] orders = new long[all + 1];
    long[] peaks = new long[all + 1];
    Arrays.fill(peaks, Long.MAX_VALUE);
    List<List<Integer>> some = new ArrayList<>();
    for (int done = 0; done <= all; done++) {
      some.add(List.of());
    }
    orders[0] = 1;
    peaks[0] = 0;
    for (int done = 0; done < all; done++) {
      for (int t = 0; t < before.length && orders[done] > 0; t++) {
        int next = done | 1 << t;
        if (next != done && (before[t] & ~done) == 0) {
          orders[next] += orders[done];
          peaks[next] = Math.min(peaks[next], Math.max(peaks[done], need(some.get(done), t)));
          List<Integer> order = new ArrayList<>(some.get(done));
          order.add(t);
          some.set(next, order);
        }
      }
    }
    return new Optimum(orders[all], peaks[all]);
  }

  /** The most bytes that a step of {@code task} needs after the tasks {@code done}. */
  private long need(List<Integer> done, int task) {
    List<Integer> order = new ArrayList<>(done);
    order.add(task);
    for (int t = 0; t < before.length; t++) {
      if (t != task && !done.contains(t)) {
        order.add(t);
      }
    }
    int first = done.stream().mapToInt(t -> problem.tasks().get(t).steps().size()).sum();
    int count = problem.tasks().get(task).steps().size();
    return LongStream.of(needs(problem, order)).skip(first).limit(count).max().orElse(0);
  }

  /** The peak of {@code order}, counted as the planner does. */
  static long peak(OrderProblem problem, List<Integer> order) {
    return LongStream.of(needs(problem, order)).max().orElse(0);
  }

  /** How many bytes each step of {@code order} needs. */
  private static long[] needs(OrderProblem problem, List<Integer> order) {
    List<Step> steps = new ArrayList<>();
    order.forEach(t -> steps.addAll(problem.tasks().get(t).steps()));
    List<Buffer> buffers = problem.buffers();
    Map<Integer, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (int read : steps.get(i).reads()) {
        lastRead.put(read, i);
      }
    }
    Map<Integer, Integer> memoryOf = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (int read : steps.get(i).mayOverwrite()) {
        if (lastRead.get(read) == i && !buffers.get(read).output()) {
          memoryOf.put(steps.get(i).write(), memoryOf.getOrDefault(read, read));
          break;
        }
      }
    }
    Map<Integer, int[]> lives = new HashMap<>();
    for (int b = 0; b < buffers.size(); b++) {
      if (buffers.get(b).input()) {
        lives.put(b, new int[] {0, 0});
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      List<Integer> touched = new ArrayList<>(steps.get(i).reads());
      touched.add(steps.get(i).write());
      for (int b : touched) {
        int step = i;
        lives.computeIfAbsent(memoryOf.getOrDefault(b, b), k -> new int[] {step, step})[1] = i;
      }
    }
    for (int b = 0; b < buffers.size(); b++) {
      if (buffers.get(b).output()) {
        lives.get(memoryOf.getOrDefault(b, b))[1] = steps.size() - 1;
      }
    }
    long[] needs = new long[steps.size()];
    lives.forEach(
        (buffer, life) -> {
          for (int i = life[0]; i <= life[1]; i++) {
            needs[i] += buffers.get(buffer).bytes();
          }
        });
    return needs;
  }
}
