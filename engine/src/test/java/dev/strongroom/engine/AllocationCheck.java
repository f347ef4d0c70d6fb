package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A run allocates nothing on the heap, once its kernels are compiled. Each class that extends this
 * one has a JVM of its own, as a trusted side has, with kernels that models use together.
 */
abstract class AllocationCheck {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int RUNS = 200;

  /** Compilation happens beside the runs; a machine with other work may take its time. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  static void assertRunsAllocateNothing(Predicate<RandomPrograms.Kind> kinds) throws Exception {
    Map<String, LoadedProgram> programs = new LinkedHashMap<>();
    for (RandomPrograms.Kind kind :
        Arrays.stream(RandomPrograms.Kind.values()).filter(kinds).toList()) {
      for (long seed = 0; seed < 3; seed++) {
        LoadedProgram loaded = new LoadedProgram(RandomPrograms.ofKind(kind, seed));
        loaded.engine.loadResident();
        loaded.write(loaded.inputs(seed));
        programs.put("%s, seed %d".formatted(kind, seed), loaded);
      }
    }
    long start = System.nanoTime();
    Map<String, Long> allocating = new TreeMap<>();
    do {
      allocating.clear();
      programs.forEach(
          (name, loaded) -> {
            long bytes = allocatedBy(loaded);
            if (bytes > 0) {
              allocating.put(name, bytes);
            }
          });
    } while (!allocating.isEmpty() && System.nanoTime() - start < PATIENCE);
    assertThat(allocating).as("bytes allocated by %d runs", RUNS).isEmpty();
    programs.values().forEach(LoadedProgram::close);
  }

  private static long allocatedBy(LoadedProgram loaded) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      loaded.engine.run();
      loaded.opened.clear();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
