package dev.strongroom.cli;

import dev.strongroom.world.SecureWorld;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A world that is being opened while its caller does other things. */
final class OpeningWorld implements AutoCloseable {
  private final FutureTask<SecureWorld> opening;

  private OpeningWorld(FutureTask<SecureWorld> opening) {
    this.opening = opening;
  }

  /** Begins to open a world on a thread of its own. */
  static OpeningWorld start(Callable<SecureWorld> open) {
    FutureTask<SecureWorld> task = new FutureTask<>(open);
    Thread.ofPlatform().daemon().name("strongroom-opening").start(task);
    return new OpeningWorld(task);
  }

  /** The world, once it is open; what its opening threw is thrown here. */
  SecureWorld await() throws Exception {
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Closes the world; waits until it is open, so that its process does not linger. */
  @Override
  public void close() {
    try {
      opening.get().close();
    } catch (ExecutionException e) {
      // It never opened; await() has said so, or an earlier problem ended the caller.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
