package dev.strongroom.bench.engine;

import java.io.PrintStream;

/** In a measuring process, the process that started it and reads what it finds. */
final class Parent {
  private final PrintStream lines;

  private Parent(PrintStream lines) {
    this.lines = lines;
  }

  /** Measures something and tells what. */
  @FunctionalInterface
  interface Work {
    void measure(Parent parent) throws Exception;
  }

  /** Does {@code work} and ends this process. */
  static void serve(Work work) {
    Parent parent = new Parent(System.out);
    System.setOut(System.err);
    try {
      work.measure(parent);
    } catch (Exception e) {
      e.printStackTrace();
      parent.tell(Line.BROKEN, e);
    }
    // Another engine's threads may still be there.
    System.exit(0);
  }

  /** Tells one line; if nobody reads it any more, all else would be in vain too. */
  void tell(String about, Object... values) {
    lines.println(Line.of(about, values).text());
    if (lines.checkError()) {
      System.exit(1);
    }
  }
}
