package dev.strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.strongroom.program.fixtures.RandomPrograms;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run allocates nothing on the heap, once its kernels are compiled. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  @ParameterizedTest
  @EnumSource
  void aCompiledStepAllocatesNothing(RandomPrograms.Kind kind) throws Exception {
    for (long seed = 0; seed < 3; seed++) {
      try (LoadedProgram loaded = new LoadedProgram(RandomPrograms.ofKind(kind, seed))) {
        loaded.engine.loadResident();
        loaded.write(loaded.inputs(seed));
        long start = System.nanoTime();
        long bytes = Long.MAX_VALUE;
        while (bytes > 0 && System.nanoTime() - start < PATIENCE) {
          bytes = allocatedBy(loaded, 50);
        }
        assertThat(bytes).as("bytes allocated by 50 runs, %s, seed %d", kind, seed).isZero();
      }
    }
  }

  private static long allocatedBy(LoadedProgram loaded, int runs) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      loaded.engine.run();
      loaded.opened.clear();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
