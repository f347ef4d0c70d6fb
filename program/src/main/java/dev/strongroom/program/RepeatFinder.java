package dev.strongroom.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds loops in a list of steps: runs that repeat the steps before them, but for offsets that grow
 * evenly. What layers do band by band or block by block then takes a few bytes each time less.
 */
final class RepeatFinder {
  /** The longest body that is looked for. */
  private static final int MAX_BODY = 1024;

  private final List<Step> steps;
  private final int[] kinds;
  private final long[][] offsets;

  private RepeatFinder(List<Step> steps) {
    this.steps = steps;
    this.kinds = new int[steps.size()];
    this.offsets = new long[steps.size()][];
    Map<Step, Integer> known = new HashMap<>();
    for (int i = 0; i < kinds.length; i++) {
      offsets[i] = Repeat.Offsets.of(steps.get(i));
      Step bare = Repeat.Offsets.apply(steps.get(i), new long[offsets[i].length]);
      Integer kind = known.putIfAbsent(bare, known.size());
      kinds[i] = kind == null ? known.size() - 1 : kind;
    }
  }

  static RepeatFinder of(List<Step> steps) {
    return new RepeatFinder(steps);
  }

  /** The loop that begins at step {@code from} and saves the most steps, if one saves any. */
  Optional<Repeat> at(int from) {
    Repeat best = null;
    int saved = 0;
    for (int body = 1; body <= Math.min(from, MAX_BODY); body++) {
      if (from < kinds.length && kinds[from] == kinds[from - body]) {
        int times = times(from, body);
        if (times > 0) {
          Repeat repeat = new Repeat(body, times, deltas(from, body));
          // A delta takes about a tenth of a step.
          int saves = body * times - 1 - repeat.deltas().size() / 10;
          if (saves > saved) {
            best = repeat;
            saved = saves;
          }
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** How often the {@code body} steps before {@code from} follow again, evenly moved. */
  private int times(int from, int body) {
    int times = 0;
    while (from + (times + 1) * body <= kinds.length && times < 0xFFFF) {
      int start = from + times * body;
      for (int i = 0; i < body; i++) {
        if (kinds[start + i] != kinds[from - body + i] || !evenly(from, body, i, times)) {
          return times;
        }
      }
      times++;
    }
    return times;
  }

  private boolean evenly(int from, int body, int i, int time) {
    long[] base = offsets[from - body + i];
    long[] first = offsets[from + i];
    long[] now = offsets[from + time * body + i];
    for (int k = 0; k < base.length; k++) {
      if (now[k] != base[k] + (time + 1L) * (first[k] - base[k])) {
        return false;
      }
    }
    return true;
  }

  private List<Repeat.Delta> deltas(int from, int body) {
    List<Repeat.Delta> deltas = new ArrayList<>();
    for (int i = 0; i < body; i++) {
      long[] base = offsets[from - body + i];
      long[] first = offsets[from + i];
      for (int k = 0; k < base.length; k++) {
        if (first[k] != base[k]) {
          int field = Repeat.Offsets.field(steps.get(from + i), k);
          deltas.add(new Repeat.Delta(i, field, (int) (first[k] - base[k])));
        }
      }
    }
    return deltas;
  }
}
