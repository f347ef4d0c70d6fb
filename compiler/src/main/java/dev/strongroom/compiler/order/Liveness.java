package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.OrderProblem.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.compiler.order.OrderProblem.Task;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many bytes are alive. After a set of tasks that is a function of the set alone, whatever
 * their order, and it is submodular: what a task adds can only shrink as others run before it.
 */
final class Liveness {
  /**
   * What running a task does.
   *
   * @param peak bytes alive at its most demanding step
   * @param live bytes alive after it
   */
  record Effect(long peak, long live) {}

  /**
   * A step of a task.
   *
   * @param opens whether the task has not touched {@code write} before
   * @param ends buffers that the task does not touch afterwards, outputs left out
   * @param victims those of them that the result may overwrite
   */
  private record Run(int write, boolean opens, int[] ends, int[] victims) {}

  private final long[] bytes;

  /** The tasks that touch each buffer. */
  private final int[][] touching;

  private final Run[][] runs;

  private final long atStart;

  /** Inputs that nothing reads: alive at the first step only. */
  private final long idle;

  Liveness(OrderProblem problem) {
    List<Buffer> buffers = problem.buffers();
    bytes = buffers.stream().mapToLong(Buffer::bytes).toArray();
    List<List<Integer>> touches = new ArrayList<>();
    buffers.forEach(b -> touches.add(new ArrayList<>()));
    runs = new Run[problem.tasks().size()][];
    for (int t = 0; t < runs.length; t++) {
      Task task = problem.tasks().get(t);
      Map<Integer, Integer> last = lastTouches(task);
      for (int b : last.keySet()) {
        touches.get(b).add(t);
      }
      runs[t] = runs(task, buffers, last);
    }
    touching = touches.stream().map(Liveness::array).toArray(int[][]::new);
    long start = 0;
    long untouched = 0;
    for (int b = 0; b < bytes.length; b++) {
      if (buffers.get(b).input()) {
        boolean isIdle = touching[b].length == 0 && !buffers.get(b).output();
        start += isIdle ? 0 : bytes[b];
        untouched += isIdle ? bytes[b] : 0;
      }
    }
    atStart = start;
    idle = untouched;
  }

  /** For each buffer, the last step of {@code task} that touches it. */
  private static Map<Integer, Integer> lastTouches(Task task) {
    Map<Integer, Integer> last = new HashMap<>();
    for (int s = 0; s < task.steps().size(); s++) {
      for (int read : task.steps().get(s).reads()) {
        last.put(read, s);
      }
      last.put(task.steps().get(s).write(), s);
    }
    return last;
  }

  private static Run[] runs(Task task, List<Buffer> buffers, Map<Integer, Integer> last) {
    Run[] runs = new Run[task.steps().size()];
    Set<Integer> touched = new HashSet<>();
    for (int s = 0; s < runs.length; s++) {
      Step step = task.steps().get(s);
      Set<Integer> operands = new HashSet<>(step.reads());
      boolean opens =
          !buffers.get(step.write()).input()
              && !touched.contains(step.write())
              && !operands.contains(step.write());
      operands.add(step.write());
      touched.addAll(operands);
      List<Integer> ends = new ArrayList<>();
      for (int b : operands) {
        if (last.getOrDefault(b, -1) == s && !buffers.get(b).output()) {
          ends.add(b);
        }
      }
      List<Integer> victims = new ArrayList<>(step.mayOverwrite());
      victims.retainAll(ends);
      runs[s] = new Run(step.write(), opens, array(ends), array(victims));
    }
    return runs;
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Bytes alive before the first task. */
  long atStart() {
    return atStart;
  }

  /** The greatest common divisor of all sizes; 1 if all are 0. */
  long grain() {
    BigInteger divisor = BigInteger.ZERO;
    for (long size : bytes) {
      divisor = divisor.gcd(BigInteger.valueOf(size));
    }
    return Math.max(1, divisor.longValueExact());
  }

  /**
   * Runs {@code task}.
   *
   * @param done the tasks that ran before
   * @param live bytes alive after them
   */
  Effect run(BitSet done, long live, int task) {
    long now = live;
    long peak = 0;
    long first = done.isEmpty() ? idle : 0;
    for (Run run : runs[task]) {
      long opened = run.opens() && !anyDone(done, run.write()) ? bytes[run.write()] : 0;
      boolean inPlace = false;
      for (int victim : run.victims()) {
        inPlace |= othersDone(done, victim, task);
      }
      peak = Math.max(peak, now + first + (inPlace ? 0 : opened));
      first = 0;
      now += opened;
      for (int b : run.ends()) {
        if (othersDone(done, b, task)) {
          now -= bytes[b];
        }
      }
    }
    return new Effect(peak, now);
  }

  private boolean anyDone(BitSet done, int buffer) {
    for (int t : touching[buffer]) {
      if (done.get(t)) {
        return true;
      }
    }
    return false;
  }

  private boolean othersDone(BitSet done, int buffer, int task) {
    for (int t : touching[buffer]) {
      if (t != task && !done.get(t)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What {@code task} needs in every order: it is never cheaper than when all that may run before
   * it did, and what any of them left for others is alive then.
   */
  long floor(int task, Precedence precedence, OrderProblem problem) {
    BitSet possible = new BitSet(runs.length);
    long unavoidable = 0;
    for (int t = 0; t < runs.length; t++) {
      if (t != task && !precedence.precedes(task, t)) {
        possible.set(t);
      }
    }
    for (int b = 0; b < bytes.length; b++) {
      Buffer buffer = problem.buffers().get(b);
      boolean begun = buffer.input();
      boolean needed = buffer.output();
      boolean own = false;
      for (int t : touching[b]) {
        own |= t == task;
        begun |= precedence.precedes(t, task);
        needed |= precedence.precedes(task, t);
      }
      if (begun && needed && !own) {
        unavoidable += bytes[b];
      }
    }
    return unavoidable + ownFloor(task, possible, precedence, problem);
  }

  /** The part of {@link #floor} that lies in buffers which the task itself touches. */
  private long ownFloor(int task, BitSet possible, Precedence precedence, OrderProblem problem) {
    Set<Integer> alive = new HashSet<>();
    for (Step step : problem.tasks().get(task).steps()) {
      for (int b : operands(step)) {
        if (problem.buffers().get(b).input() || anyPrecedes(b, task, precedence)) {
          alive.add(b);
        }
      }
    }
    long floor = 0;
    for (int s = 0; s < runs[task].length; s++) {
      Run run = runs[task][s];
      boolean inPlace = false;
      for (int victim : run.victims()) {
        inPlace |= othersDone(possible, victim, task);
      }
      boolean fresh = alive.add(run.write());
      long now = alive.stream().mapToLong(b -> bytes[b]).sum();
      floor = Math.max(floor, now - (inPlace && fresh ? bytes[run.write()] : 0));
      for (int b : run.ends()) {
        if (othersDone(possible, b, task)) {
          alive.remove(b);
        }
      }
    }
    return floor;
  }

  private boolean anyPrecedes(int buffer, int task, Precedence precedence) {
    for (int t : touching[buffer]) {
      if (precedence.precedes(t, task)) {
        return true;
      }
    }
    return false;
  }

  private static Set<Integer> operands(Step step) {
    Set<Integer> operands = new HashSet<>(step.reads());
    operands.add(step.write());
    return operands;
  }
}
