package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Addresses;
import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.Program;
import dev.strongroom.program.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

  static void run(Program program) {
    List<Step> steps =
        program.steps().stream()
            .filter(step -> !(step instanceof Step.Open || step instanceof Step.Receive))
            .map(SmallSteps::like)
            .distinct()
            .toList();
    long bytes = steps.stream().mapToLong(SmallSteps::bytes).max().orElse(1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(bytes, Program.ALIGNMENT);
      Addresses addresses = new Addresses(scratch.address(), scratch.address(), scratch.address());
      run(steps.stream().map(step -> Kernel.bind(step, addresses)).toList());
    }
  }

  private static void run(List<Kernel> kernels) {
    long start = System.nanoTime();
    long roundStart = start;
    while (true) {
      for (Kernel kernel : kernels) {
        kernel.run();
        if (System.nanoTime() - start > BUDGET) {
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
