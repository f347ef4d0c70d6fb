package dev.strongroom.engine;

import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.List;

/**
 * How far into each space anything has reached. It is told of each access when it happens and knows
 * nothing of what the Program claims to need.
 */
final class HighWaterMark {
  private static final int SPACES = Space.values().length;

  private final long[] ends = new long[SPACES];
  private final long[] stepEnds;

  /**
   * @param parts in which each step is run, which may have other workspaces than the step
   */
  HighWaterMark(List<Step> steps, List<List<Step>> parts) {
    this.stepEnds = new long[steps.size() * SPACES];
    for (int i = 0; i < steps.size(); i++) {
      raise(i, steps.get(i));
      for (Step part : parts.get(i)) {
        raise(i, part);
      }
    }
  }

  private void raise(int i, Step step) {
    raise(stepEnds, i * SPACES, step.writes());
    for (View view : step.reads()) {
      raise(stepEnds, i * SPACES, view);
    }
    for (View view : step.scratch()) {
      raise(stepEnds, i * SPACES, view);
    }
  }

  private static void raise(long[] ends, int from, View view) {
    if (view.space() == Space.INPUT) {
      return;
    }
    int at = from + view.space().code();
    ends[at] = Math.max(ends[at], view.end());
  }

  /** The views of step {@code i} have been accessed. */
  void step(int i) {
    for (int space = 0; space < SPACES; space++) {
      ends[space] = Math.max(ends[space], stepEnds[i * SPACES + space]);
    }
  }

  void view(View view) {
    raise(ends, 0, view);
  }

  /** The first {@code end} bytes of {@code space} have been accessed. */
  void prefix(Space space, long end) {
    ends[space.code()] = Math.max(ends[space.code()], end);
  }

  /** All spaces together, each rounded up as it is laid out. */
  long bytes() {
    long bytes = 0;
    for (long end : ends) {
      bytes += Program.align(end);
    }
    return bytes;
  }
}
