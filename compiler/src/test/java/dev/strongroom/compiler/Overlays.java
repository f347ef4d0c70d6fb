package dev.strongroom.compiler;

import dev.strongroom.program.Allocation;
import dev.strongroom.program.Port;
import dev.strongroom.program.Program;
import dev.strongroom.program.Space;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import java.util.Arrays;
import java.util.BitSet;

/** Finds tensors in a Program that grow over others which are still being read. */
final class Overlays {
  private Overlays() {}

  /**
   * Whether a step writes over something written earlier in the same allocation, other than in
   * place: two tensors then share the allocation.
   */
  static boolean in(Program program) {
    BitSet[] written = new BitSet[program.allocations().size()];
    Arrays.setAll(written, i -> new BitSet());
    program.inputs().stream()
        .map(Port::view)
        .filter(view -> view.space() == Space.ARENA)
        .forEach(view -> written[home(program, view, 0)].or(words(view)));
    for (int i = 0; i < program.steps().size(); i++) {
      Step step = program.steps().get(i);
      if (step.writes().space() == Space.ARENA) {
        BitSet words = words(step.writes());
        BitSet before = written[home(program, step.writes(), i)];
        if (!step.reads().contains(step.writes()) && before.intersects(words)) {
          return true;
        }
        before.or(words);
      }
    }
    return false;
  }

  private static int home(Program program, View view, int step) {
    for (int i = 0; i < program.allocations().size(); i++) {
      Allocation a = program.allocations().get(i);
      if (a.space() == view.space()
          && a.offset() <= view.offset()
          && view.end() <= a.end()
          && a.firstStep() <= step
          && step <= a.lastStep()) {
        return i;
      }
    }
    throw new AssertionError("%s at step %d lies in no allocation".formatted(view, step));
  }

  /** The four-byte words of all elements. */
  private static BitSet words(View view) {
    BitSet words = new BitSet();
    int[] index = new int[view.rank()];
    for (long e = view.elements(); e > 0; e--) {
      long at = 0;
      for (int i = 0; i < index.length; i++) {
        at += (long) index[i] * view.stride(i);
      }
      long first = view.offset() + at * view.type().bytes();
      words.set((int) first / 4, (int) (first + view.type().bytes() + 3) / 4);
      for (int i = index.length - 1; i >= 0 && ++index[i] == view.dim(i); i--) {
        index[i] = 0;
      }
    }
    return words;
  }
}
