package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.OrderProblem.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The oracle of {@link OrderSearch}: tries every order there is, and finds each one's peak the long
 * way, by the intervals in which buffers live once results have overwritten operands. Shares no
 * code with the search. For problems whose buffers are never written again after they were read.
 */
final class ExhaustiveOrders {
  private final OrderProblem problem;
  private final List<Integer> order = new ArrayList<>();
  private final long limit;
  private long orders;
  private long best = Long.MAX_VALUE;

  private ExhaustiveOrders(OrderProblem problem, long limit) {
    this.problem = problem;
    this.limit = limit;
  }

  /**
   * @param orders how many there are, or one more than the limit
   * @param peak the least; meaningless beyond the limit
   */
  record Optimum(long orders, long peak) {}

  static Optimum of(OrderProblem problem, long limit) {
    ExhaustiveOrders all = new ExhaustiveOrders(problem, limit);
    all.extend();
    return new Optimum(all.orders, all.best);
  }

  private void extend() {
    if (orders > limit) {
      return;
    }
    if (order.size() == problem.tasks().size()) {
      orders++;
      best = Math.min(best, peak(problem, order));
    }
    for (int t = 0; t < problem.tasks().size(); t++) {
      if (!order.contains(t) && mayRun(t)) {
        order.addLast(t);
        extend();
        order.removeLast();
      }
    }
  }

  private boolean mayRun(int task) {
    if (!order.containsAll(problem.tasks().get(task).after())) {
      return false;
    }
    for (Step step : problem.tasks().get(task).steps()) {
      for (int t = 0; t < problem.tasks().size(); t++) {
        boolean writesOperand =
            problem.tasks().get(t).steps().stream().anyMatch(s -> step.reads().contains(s.write()));
        if (t != task && writesOperand && !order.contains(t)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The peak of {@code order}, counted as the planner does. */
  static long peak(OrderProblem problem, List<Integer> order) {
    List<Step> steps =
        order.stream().flatMap(t -> problem.tasks().get(t).steps().stream()).toList();
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
    Map<Integer, int[]> lives = new TreeMap<>();
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
    long peak = 0;
    for (int i = 0; i < steps.size(); i++) {
      long live = 0;
      for (Map.Entry<Integer, int[]> life : lives.entrySet()) {
        if (life.getValue()[0] <= i && i <= life.getValue()[1]) {
          live += buffers.get(life.getKey()).bytes();
        }
      }
      peak = Math.max(peak, live);
    }
    return peak;
  }
}
