package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Addresses;
import dev.strongroom.engine.kernel.Kernel;
import dev.strongroom.program.Program;
import dev.strongroom.program.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program's own steps on zeros until their kernels have been compiled. */
final class WarmUp {
  private static final long BUDGET = TimeUnit.MILLISECONDS.toNanos(1400);

  private WarmUp() {}

  static void run(Program program) {
    long start = System.nanoTime();
    try (Arena scratch = Arena.ofConfined()) {
      Addresses addresses =
          new Addresses(
              allocate(scratch, program.arenaBytes()),
              allocate(scratch, program.windowBytes()),
              allocate(scratch, program.residentBytes()));
      List<Kernel> kernels =
          program.steps().stream()
              .filter(step -> !(step instanceof Step.Open))
              .map(step -> Kernel.bind(step, addresses))
              .toList();
      for (int round = 0; round < 20; round++) {
        for (Kernel kernel : kernels) {
          kernel.run();
          if (System.nanoTime() - start > BUDGET) {
            return;
          }
        }
      }
    }
  }

  private static long allocate(Arena arena, long bytes) {
    MemorySegment segment = arena.allocate(Math.max(1, bytes), Program.ALIGNMENT);
    return segment.address();
  }
}
