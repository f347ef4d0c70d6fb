package dev.strongroom.cli;

import dev.strongroom.compiler.quantise.QuantiseProgress;
import org.jspecify.annotations.Nullable;

/** One bar after another, for the tasks that quantising consists of. */
final class QuantiseBar implements QuantiseProgress, AutoCloseable {
  private final Console console;
  private String task = "";
  private @Nullable Progress bar;

  QuantiseBar(Console console) {
    this.console = console;
  }

  @Override
  public void progress(String next, long done, long total) {
    if (bar == null || !next.equals(task)) {
      close();
      task = next;
      bar = Progress.of(console, next, "", 1);
    }
    bar.progress(done, total);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
