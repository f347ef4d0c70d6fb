package dev.strongroom.compiler.order;

import dev.strongroom.compiler.order.OrderProblem.Buffer;
import dev.strongroom.compiler.order.OrderProblem.Step;
import dev.strongroom.compiler.order.OrderProblem.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Random problems: several inputs and outputs, buffers written in parts, results that may overwrite
 * what they read, values nobody reads, and tasks of several steps.
 */
final class RandomProblems {
  private final SplittableRandom random;
  private final List<Long> bytes = new ArrayList<>();
  private final List<Boolean> isRead = new ArrayList<>();

  /** Buffers that further steps may write parts of. */
  private final Set<Integer> inParts = new TreeSet<>();

  private final List<Step> steps = new ArrayList<>();
  private int inputs;

  private RandomProblems(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * @param window steps read what the last {@code window} buffers hold
   */
  static OrderProblem ofSeed(long seed, int stepCount, int window) {
    return new RandomProblems(seed).problem(stepCount, window);
  }

  private OrderProblem problem(int stepCount, int window) {
    inputs = random.nextInt(1, 4);
    for (int i = 0; i < inputs; i++) {
      newBuffer();
    }
    for (int i = 0; i < stepCount; i++) {
      steps.add(step(window));
    }
    List<Buffer> buffers = new ArrayList<>();
    for (int b = 0; b < bytes.size(); b++) {
      boolean sink = b >= inputs && !isRead.get(b);
      boolean output = random.nextInt(10) < (sink ? 7 : 1);
      buffers.add(new Buffer(bytes.get(b), b < inputs, output));
    }
    return new OrderProblem(buffers, tasks());
  }

  private int newBuffer() {
    bytes.add(64L * (random.nextBoolean() ? 4 : random.nextInt(1, 10)));
    isRead.add(false);
    return bytes.size() - 1;
  }

  private Step step(int window) {
    Set<Integer> reads = new TreeSet<>();
    int count = random.nextInt(1, 4);
    for (int r = 0; r < count; r++) {
      reads.add(random.nextInt(Math.max(0, bytes.size() - window), bytes.size()));
    }
    reads.forEach(b -> isRead.set(b, true));
    inParts.removeIf(isRead::get);
    if (!inParts.isEmpty() && random.nextInt(2) == 0) {
      int part = List.copyOf(inParts).get(random.nextInt(inParts.size()));
      return new Step(List.copyOf(reads), part, List.of());
    }
    int write = newBuffer();
    if (random.nextInt(4) == 0) {
      inParts.add(write);
      return new Step(List.copyOf(reads), write, List.of());
    }
    boolean elementwise = random.nextBoolean();
    List<Integer> victims =
        reads.stream().filter(b -> elementwise && bytes.get(b).equals(bytes.get(write))).toList();
    return new Step(List.copyOf(reads), write, victims);
  }

  private List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (int s = 0; s < steps.size(); ) {
      int length = random.nextInt(6) == 0 ? Math.min(random.nextInt(2, 4), steps.size() - s) : 1;
      Set<Integer> after =
          tasks.isEmpty() || random.nextInt(10) > 0
              ? Set.of()
              : Set.of(random.nextInt(tasks.size()));
      tasks.add(new Task(steps.subList(s, s + length), after));
      s += length;
    }
    return tasks;
  }
}
