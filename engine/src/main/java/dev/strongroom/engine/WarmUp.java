package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Addresses;
import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.Program;
import dev.strongroom.program.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Makes HotSpot compile kernels before they are needed. Uncompiled, an operation on a vector is a
 * call that allocates, a thousand times as slow; so the steps are small, and each kind of step is
 * repeated until it is fast or time is up.
 */
final class WarmUp {
  private static final long BUDGET = TimeUnit.MILLISECONDS.toNanos(1400);

  /** What the small steps of a Program take together at most, once all of them are compiled. */
  private static final double COMPILED_NANOS_A_STEP = 100_000;

  private WarmUp() {}

  /** Two threads, since each waits for one kernel at a time, and two processors can compile. */
  static void run(Program program) {
    List<Step> steps =
        program.steps().stream()
            .filter(step -> !(step instanceof Step.Open || step instanceof Step.Receive))
            .map(SmallSteps::like)
            .distinct()
            .toList();
    long bytes = steps.stream().mapToLong(SmallSteps::bytes).max().orElse(1);
    long deadline = System.nanoTime() + BUDGET;
    try (Arena arena = Arena.ofShared();
        Worker worker = new Worker("strongroom-warm-up")) {
      List<Kernel> odd = kernels(steps, 1, arena.allocate(bytes, Program.ALIGNMENT));
      List<Kernel> even = kernels(steps, 0, arena.allocate(bytes, Program.ALIGNMENT));
      worker.ask(() -> repeat(odd, deadline));
      try {
        repeat(even, deadline);
      } finally {
        worker.await();
      }
    }
  }

  /** Every other step. */
  private static List<Kernel> kernels(List<Step> steps, int first, MemorySegment scratch) {
    Addresses addresses = new Addresses(scratch.address(), scratch.address(), scratch.address());
    return IntStream.iterate(first, i -> i < steps.size(), i -> i + 2)
        .mapToObj(i -> Kernel.bind(steps.get(i), addresses))
        .toList();
  }

  private static void repeat(List<Kernel> kernels, long deadline) {
    long roundStart = System.nanoTime();
    while (!kernels.isEmpty()) {
      for (Kernel kernel : kernels) {
        kernel.run();
        if (System.nanoTime() - deadline > 0) {
          return;
        }
      }
      long now = System.nanoTime();
      if (now - roundStart < COMPILED_NANOS_A_STEP * kernels.size()) {
        return;
      }
      roundStart = now;
    }
  }
}
