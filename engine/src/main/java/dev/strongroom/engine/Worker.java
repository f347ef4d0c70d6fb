package dev.strongroom.engine;

import dev.strongroom.engine.kernel.Kernel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A second thread for an engine's steps. It is told of work by a counter and tells of its end by
 * another: no lock, and nothing allocated. Between steps it spins, since the next one comes within
 * microseconds; between inferences it sleeps. Work that it has not begun when somebody waits for it
 * is done by who waits: where processors are scarce, nobody waits for a thread that has none.
 *
 * <p>One thread alone may call its methods.
 */
final class Worker implements AutoCloseable {
  /** About a third of a millisecond. */
  private static final int SPINS_BEFORE_SLEEP = 10_000;

  /** Where there are fewer processors than threads, whoever is waited for needs this one. */
  private static final int SPINS_BEFORE_YIELD = 2_000;

  private static final VarHandle BEGUN;

  static {
    try {
      BEGUN = MethodHandles.lookup().findVarHandle(Worker.class, "begun", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread thread;
  private Kernel work = () -> {};

  /** How much has been asked for, begun, and done, all told. */
  private volatile int asked;

  @SuppressWarnings("UnusedVariable") // Through BEGUN.
  private volatile int begun;

  private volatile int done;
  private volatile boolean sleeping;
  private volatile boolean closed;
  private volatile Optional<Throwable> failure = Optional.empty();

  Worker(String name) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    thread.start();
  }

  /** Has {@code kernel} run meanwhile. What was asked for before must be done. */
  void ask(Kernel kernel) {
    work = kernel;
    asked = asked + 1;
    if (sleeping) {
      LockSupport.unpark(thread);
    }
  }

  boolean isBusy() {
    return done != asked;
  }

  /**
   * Waits until what was asked for is done, or does it.
   *
   * @throws RuntimeException what it threw
   */
  void await() {
    int last = asked;
    if (begins(last)) {
      done = last;
      work.run();
      return;
    }
    for (int spins = 0; done != last; spins++) {
      if (spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    if (failure.isPresent()) {
      Throwable thrown = failure.get();
      failure = Optional.empty();
      throw thrown instanceof RuntimeException e
          ? e
          : new IllegalStateException("a step failed in another thread", thrown);
    }
  }

  /** Whether the caller is the one to do what was asked for as number {@code n}. */
  private boolean begins(int n) {
    return BEGUN.compareAndSet(this, n - 1, n);
  }

  private void loop() {
    int last = 0;
    int spins = 0;
    while (true) {
      if (asked != last) {
        last = asked;
        if (begins(last)) {
          work();
          done = last;
        }
        spins = 0;
      } else if (closed) {
        return;
      } else if (++spins < SPINS_BEFORE_SLEEP) {
        Thread.onSpinWait();
      } else {
        sleep(last);
        spins = 0;
      }
    }
  }

  private void work() {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failure = Optional.of(e);
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
