package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Kernel;
import java.util.concurrent.locks.LockSupport;

/**
 * A second thread for an engine's steps. It is told of work by a counter and tells of its end by
 * another: no lock, and nothing allocated. Between steps it spins, since the next one comes within
 * microseconds; between inferences it sleeps.
 *
 * <p>One thread alone may call its methods.
 */
final class Worker implements AutoCloseable {
  /** About a third of a millisecond. */
  private static final int SPINS_BEFORE_SLEEP = 10_000;

  /** Where there are fewer processors than threads, whoever is waited for needs this one. */
  private static final int SPINS_BEFORE_YIELD = 2_000;

  private final Thread thread;
  private Kernel work = () -> {};
  private volatile int asked;
  private volatile int done;
  private volatile boolean sleeping;
  private volatile boolean closed;
  private volatile @org.jspecify.annotations.Nullable Throwable failure;

  Worker(String name) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    thread.start();
  }

  /** Has {@code kernel} run meanwhile. What was asked for before must be done. */
  void ask(Kernel kernel) {
    work = kernel;
    asked++; // NOPMD: written by one thread alone
    if (sleeping) {
      LockSupport.unpark(thread);
    }
  }

  boolean isBusy() {
    return done != asked;
  }

  /**
   * Waits until what was asked for is done.
   *
   * @throws RuntimeException what it threw
   */
  void await() {
    int target = asked;
    for (int spins = 0; done != target; spins++) {
      if (spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown instanceof RuntimeException e
          ? e
          : new IllegalStateException("a step failed in another thread", thrown);
    }
  }

  private void loop() {
    int last = 0;
    int spins = 0;
    while (true) {
      if (asked == last) {
        if (closed) {
          return;
        }
        if (++spins < SPINS_BEFORE_SLEEP) {
          Thread.onSpinWait();
        } else {
          sleep(last);
          spins = 0;
        }
        continue;
      }
      last = asked;
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      done = last;
      spins = 0;
    }
  }

  private void sleep(int last) {
    sleeping = true;
    // Asked again: who asked may not have seen that this thread sleeps.
    if (asked == last && !closed) {
      LockSupport.park(this);
    }
    sleeping = false;
  }

  /** Ends the thread, after what it was asked for. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
