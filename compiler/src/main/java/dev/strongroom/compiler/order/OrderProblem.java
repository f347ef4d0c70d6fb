package dev.strongroom.compiler.order;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is to be put in order: tasks of steps over buffers, in an order that is valid already.
 *
 * <p>A buffer is alive from the first step that touches it (an input: from the first step of all)
 * to the last (an output: to the last step of all). A step needs what is alive when it runs, its
 * operands included; the <em>peak</em> of an order is the most that any step needs. It is what
 * {@code Sharing.overwrite} and {@code Placement.lowerBound} make of the same order.
 *
 * <p>Every order keeps these rules: a task reads a buffer after all others that write parts of it,
 * and runs after those it names. A buffer that is written again after it was read keeps the given
 * order of all that touch it; writes with no read between them are parts and may change places.
 *
 * @param buffers named by their index
 * @param tasks in the given order
 */
public record OrderProblem(List<Buffer> buffers, List<Task> tasks) {
  /** Most tasks: who precedes whom is kept as a matrix of bits. */
  public static final int MAX_TASKS = 4096;

  /**
   * @param bytes size as placed, a multiple of 64
   * @param input written before the first step
   * @param output read after the last step
   */
  public record Buffer(long bytes, boolean input, boolean output) {}

  /**
   * One step of execution.
   *
   * @param reads buffers read
   * @param write the buffer written, whole or in part
   * @param mayOverwrite those of {@code reads} whose memory the result takes over, at no cost, if
   *     nothing needs them afterwards
   */
  public record Step(List<Integer> reads, int write, List<Integer> mayOverwrite) {
    public Step {
      reads = List.copyOf(reads);
      mayOverwrite = List.copyOf(mayOverwrite);
    }
  }

  /**
   * Steps that run one right after another: the unit that changes places.
   *
   * @param after further tasks that have to run before this one
   */
  public record Task(List<Step> steps, Set<Integer> after) {
    public Task {
      steps = List.copyOf(steps);
      after = Set.copyOf(after);
    }
  }

  /**
   * @throws IllegalArgumentException if the given order is not valid, or a buffer that may be
   *     overwritten does not fit its step
   */
  public OrderProblem {
    buffers = List.copyOf(buffers);
    tasks = List.copyOf(tasks);
    if (tasks.size() > MAX_TASKS) {
      throw new IllegalArgumentException(
          "too many tasks to order: %d, at most %d".formatted(tasks.size(), MAX_TASKS));
    }
    check(buffers, tasks);
  }

  /** A problem whose every step may change places with others. */
  public static OrderProblem ofSteps(List<Buffer> buffers, List<Step> steps) {
    return new OrderProblem(
        buffers, steps.stream().map(s -> new Task(List.of(s), Set.of())).toList());
  }

  private static void check(List<Buffer> buffers, List<Task> tasks) {
    long total = 0;
    Set<Integer> written = new HashSet<>();
    for (int b = 0; b < buffers.size(); b++) {
      if (buffers.get(b).bytes() < 0) {
        throw new IllegalArgumentException("buffer %d has a negative size".formatted(b));
      }
      total = Math.addExact(total, buffers.get(b).bytes());
      if (buffers.get(b).input()) {
        written.add(b);
      }
    }
    Set<Integer> shared = sharedWrites(tasks);
    for (int t = 0; t < tasks.size(); t++) {
      for (int other : tasks.get(t).after()) {
        if (other < 0 || other >= t) {
          throw new IllegalArgumentException(
              "task %d has to run after %d, but stands before it".formatted(t, other));
        }
      }
      for (Step step : tasks.get(t).steps()) {
        for (int read : step.reads()) {
          if (!written.contains(read)) {
            throw new IllegalArgumentException(
                "task %d reads buffer %d, which nothing before it writes".formatted(t, read));
          }
        }
        boolean anew = written.add(step.write());
        for (int victim : step.mayOverwrite()) {
          if (!step.reads().contains(victim)
              || !anew
              || shared.contains(step.write())
              || buffers.get(victim).bytes() != buffers.get(step.write()).bytes()) {
            throw new IllegalArgumentException(
                "task %d cannot write buffer %d over %d".formatted(t, step.write(), victim));
          }
        }
      }
    }
    for (int b = 0; b < buffers.size(); b++) {
      if (buffers.get(b).output() && !written.contains(b)) {
        throw new IllegalArgumentException("nothing writes output %d".formatted(b));
      }
    }
  }

  /** The buffers that several steps write. */
  private static Set<Integer> sharedWrites(List<Task> tasks) {
    Set<Integer> once = new HashSet<>();
    Set<Integer> shared = new HashSet<>();
    for (Task task : tasks) {
      for (Step step : task.steps()) {
        if (!once.add(step.write())) {
          shared.add(step.write());
        }
      }
    }
    return shared;
  }

  /** The tasks as they stand: 0, 1, 2, … */
  public List<Integer> givenOrder() {
    return IntStream.range(0, tasks.size()).boxed().toList();
  }

  /** Whether {@code order} has each task once, after all that it has to follow. */
  public boolean isValid(List<Integer> order) {
    if (order.size() != tasks.size() || !Set.copyOf(order).equals(Set.copyOf(givenOrder()))) {
      return false;
    }
    Precedence precedence = Precedence.of(this);
    BitSet done = new BitSet();
    for (int task : order) {
      if (!precedence.ready(done, task)) {
        return false;
      }
      done.set(task);
    }
    return true;
  }

  /**
   * The most bytes that any step of {@code order} needs.
   *
   * @throws IllegalArgumentException if the order is not valid
   */
  public long peak(List<Integer> order) {
    if (!isValid(order)) {
      throw new IllegalArgumentException("not a valid order: " + order);
    }
    Liveness liveness = new Liveness(this);
    BitSet done = new BitSet();
    long live = liveness.atStart();
    long peak = 0;
    for (int task : order) {
      Liveness.Effect effect = liveness.run(done, live, task);
      done.set(task);
      live = effect.live();
      peak = Math.max(peak, effect.peak());
    }
    return peak;
  }
}
