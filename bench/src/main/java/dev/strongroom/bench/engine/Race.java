package dev.strongroom.bench.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Times engines in turns, inference by inference, so that what slows the machine down slows all of
 * them.
 */
final class Race {
  /** Rounds that are not timed: enough for every engine to have found its ways. */
  private static final int WARM_ROUNDS = 10;

  private static final long WARM_NANOS = 1_000_000_000;

  /** Other engines' threads wait for more work so long at most before they leave the processors. */
  private static final long PAUSE_MILLIS = 5;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Race() {}

  /**
   * What came of one runner.
   *
   * @param times of all rounds
   * @param leastAllocated bytes that this thread took of the heap in the round in which it took the
   *     fewest
   */
  record Result(Samples times, long leastAllocated) {}

  /**
   * @param rounds how often each of them is timed
   * @param shared whether they have threads that wait for work in a loop: what is timed must not
   *     compete with those of the one before
   * @param done is told how many rounds are done
   */
  static List<Result> run(List<Runner> runners, int rounds, boolean shared, IntConsumer done)
      throws Exception {
    warm(runners);
    long[][] nanos = new long[runners.size()][rounds];
    long[] allocated = new long[runners.size()];
    Arrays.fill(allocated, Long.MAX_VALUE);
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < runners.size(); i++) {
        if (shared) {
          Thread.sleep(PAUSE_MILLIS);
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        runners.get(i).run();
        nanos[i][round] = System.nanoTime() - start;
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        allocated[i] = Math.min(allocated[i], bytes);
      }
      done.accept(round + 1);
    }
    return IntStream.range(0, runners.size())
        .mapToObj(i -> new Result(new Samples(nanos[i]), allocated[i]))
        .toList();
  }

  private static void warm(List<Runner> runners) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < WARM_ROUNDS || System.nanoTime() - start < WARM_NANOS; i++) {
      for (Runner runner : runners) {
        runner.run();
      }
    }
  }
}
