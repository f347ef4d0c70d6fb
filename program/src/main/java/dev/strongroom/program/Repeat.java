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
  /** Stands for {@link Step.Open#firstChunk} where other fields are operands. */
  static final int FIRST_CHUNK = 0xFF;

  Repeat {
    deltas = List.copyOf(deltas);
  }

  /**
   * @param step index within the body
   * @param field which operand's offset, those read first, then the one written; or {@link
   *     #FIRST_CHUNK}
   * @param amount bytes, or chunks; not 0
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

    /** Offsets of what is read, of what is written, and for an Open its first chunk. */
    static long[] of(Step step) {
      List<View> reads = step.reads();
      boolean opens = step instanceof Step.Open;
      long[] offsets = new long[reads.size() + (opens ? 2 : 1)];
      for (int i = 0; i < reads.size(); i++) {
        offsets[i] = reads.get(i).offset();
      }
      offsets[reads.size()] = step.writes().offset();
      if (step instanceof Step.Open open) {
        offsets[1] = open.firstChunk();
      }
      return offsets;
    }

    /** {@code step} with these offsets. */
    static Step apply(Step step, long[] offsets) {
      for (long offset : offsets) {
        if (offset < 0 || offset > Integer.MAX_VALUE) {
          throw new IllegalArgumentException("an offset would be " + offset);
        }
      }
      if (step instanceof Step.Open open) {
        return new Step.Open((int) offsets[1], open.chunkCount(), at(open.into(), offsets[0]));
      }
      List<View> reads = new ArrayList<>();
      for (int i = 0; i < step.reads().size(); i++) {
        reads.add(at(step.reads().get(i), offsets[i]));
      }
      return step.with(reads, at(step.writes(), offsets[reads.size()]));
    }

    private static View at(View view, long offset) {
      return view.shift(offset - view.offset());
    }

    /** Where {@link #of} has the field that a delta names. */
    static int place(Step step, int field) {
      int operands = step.reads().size() + 1;
      boolean chunk = field == FIRST_CHUNK && step instanceof Step.Open;
      if (!chunk && field >= operands) {
        throw new IllegalArgumentException(
            "moves operand %d of a %s".formatted(field, step.getClass().getSimpleName()));
      }
      return chunk ? operands : field;
    }

    /** The inverse of {@link #place}. */
    static int field(Step step, int place) {
      return place > step.reads().size() ? FIRST_CHUNK : place;
    }
  }
}
