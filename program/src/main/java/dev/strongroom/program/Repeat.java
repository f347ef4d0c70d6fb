package dev.strongroom.program;

import java.util.ArrayList;
import java.util.List;

/**
 * Says that the last {@code body} steps are to be executed {@code times} times more, each time with
 * some of their offsets moved on: a loop, as an encoded Program writes it down.
 *
 * @param deltas by how much offsets grow each time; those that stay are left out
 */
record Repeat(int body, int times, List<Delta> deltas) {
  /**
   * Stands for the first chunk of an Open or the first row of a Lookup; other fields are operands.
   */
  static final int FIRST = 0xFF;

  Repeat {
    deltas = List.copyOf(deltas);
  }

  /**
   * @param step index within the body
   * @param field which operand's offset, those read first, then the one written; or {@link #FIRST}
   * @param amount bytes, chunks or rows; not 0
   */
  record Delta(int step, int field, int amount) {}

  /**
   * Appends the repetitions to {@code steps}.
   *
   * @throws IllegalArgumentException if the body or a delta's place is not there, or an offset
   *     leaves its range
   */
  void expand(List<Step> steps) {
    if (body < 1 || body > steps.size()) {
      throw new IllegalArgumentException(
          "repeats %d steps, but %d stand before it".formatted(body, steps.size()));
    }
    int start = steps.size() - body;
    long[][] amounts = new long[body][];
    for (Delta delta : deltas) {
      if (delta.step() >= body) {
        throw new IllegalArgumentException(
            "moves step %d of a body of %d".formatted(delta.step(), body));
      }
      long[] fields = Offsets.of(steps.get(start + delta.step()));
      int at = Offsets.place(steps.get(start + delta.step()), delta.field());
      if (amounts[delta.step()] == null) {
        amounts[delta.step()] = new long[fields.length];
      }
      amounts[delta.step()][at] = delta.amount();
    }
    for (int time = 1; time <= times; time++) {
      for (int i = 0; i < body; i++) {
        Step step = steps.get(start + i);
        steps.add(amounts[i] == null ? step : moved(step, amounts[i], time));
      }
    }
  }

  private static Step moved(Step step, long[] amounts, int times) {
    long[] offsets = Offsets.of(step);
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] += amounts[i] * times;
    }
    return Offsets.apply(step, offsets);
  }

  /** The numbers of a step that may differ from one repetition to the next. */
  static final class Offsets {
    private Offsets() {}

    /** Offsets of what is read, of what is written, and what {@link #FIRST} names. */
    static long[] of(Step step) {
      List<View> reads = step.reads();
      long[] offsets = new long[reads.size() + (first(step) < 0 ? 1 : 2)];
      for (int i = 0; i < reads.size(); i++) {
        offsets[i] = reads.get(i).offset();
      }
      offsets[reads.size()] = step.writes().offset();
      if (first(step) >= 0) {
        offsets[reads.size() + 1] = first(step);
      }
      return offsets;
    }

    /** What {@link #FIRST} names, or -1. */
    private static int first(Step step) {
      return switch (step) {
        case Step.Open open -> open.firstChunk();
        case Step.Lookup lookup -> lookup.firstRow();
        default -> -1;
      };
    }

    /** {@code step} with these offsets. */
    static Step apply(Step step, long[] offsets) {
      for (long offset : offsets) {
        if (offset < 0 || offset > Integer.MAX_VALUE) {
          throw new IllegalArgumentException("an offset would be " + offset);
        }
      }
      List<View> reads = new ArrayList<>();
      for (int i = 0; i < step.reads().size(); i++) {
        reads.add(at(step.reads().get(i), offsets[i]));
      }
      Step moved = step.with(reads, at(step.writes(), offsets[reads.size()]));
      int first = first(step) < 0 ? 0 : (int) offsets[reads.size() + 1];
      return switch (moved) {
        case Step.Open s -> new Step.Open(first, s.chunkCount(), s.into());
        case Step.Lookup s ->
            new Step.Lookup(s.ids(), s.table(), s.out(), first, s.totalRows(), s.merge());
        default -> moved;
      };
    }

    private static View at(View view, long offset) {
      return view.shift(offset - view.offset());
    }

    /** Where {@link #of} has the field that a delta names. */
    static int place(Step step, int field) {
      int operands = step.reads().size() + 1;
      boolean named = field == FIRST && first(step) >= 0;
      if (!named && field >= operands) {
        throw new IllegalArgumentException(
            "moves operand %d of a %s".formatted(field, step.getClass().getSimpleName()));
      }
      return named ? operands : field;
    }

    /** The inverse of {@link #place}. */
    static int field(Step step, int place) {
      return place > step.reads().size() ? FIRST : place;
    }
  }
}
