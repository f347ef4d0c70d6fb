package dev.strongroom.compiler.fuse;

import java.util.Arrays;

/**
 * Which rows and columns of each value every piece of a stage computes. Rows roll: a band continues
 * where the one above it ended, and what it needs of the rows above has been kept. Columns do not:
 * each strip computes all it needs.
 */
final class Bands {
  private final StageNodes stage;
  private final int bands;

  /** done[v][i]: rows of value v that are computed after band i, counted from the top. */
  private final int[][] done;

  /** Whose multiple of rows each node computes: then an enlarged operand is read where it lies. */
  private final int[] unit;

  /** columns[s][v]. */
  private final Span[][] columns;

  private Bands(StageNodes stage, int bands, int strips) {
    this.stage = stage;
    this.bands = bands;
    this.done = new int[stage.values()][bands];
    this.unit = new int[stage.count()];
    for (int n = 0; n < unit.length; n++) {
      unit[n] = 1;
      for (int i = 0; i < stage.operandCount(n); i++) {
        Reach reach = stage.reach(Axis.ROW, n, i);
        int operand = stage.operand(n, i) - stage.inputs();
        if (reach instanceof Reach.Repeated repeated) {
          unit[n] = repeated.factor();
        } else if (reach.equals(Reach.Sliding.SAME) && operand >= 0) {
          unit[n] = Math.max(unit[n], unit[operand]);
        }
      }
    }
    this.columns = new Span[strips][stage.values()];
  }

  /**
   * @param rowsPerBand of the last node's result
   * @param strips 1 unless {@link StageNodes#hasStrips}
   */
  static Bands of(StageNodes stage, int rowsPerBand, int strips) {
    int rows = stage.size(Axis.ROW, stage.values() - 1);
    Bands bands = new Bands(stage, Math.ceilDiv(rows, rowsPerBand), strips);
    for (int i = 0; i < bands.bands; i++) {
      bands.findDone(i, rowsPerBand);
    }
    bands.finishInputs();
    for (int s = 0; s < strips; s++) {
      bands.findColumns(s);
    }
    return bands;
  }

  private void findDone(int band, int rowsPerBand) {
    for (int n = stage.count() - 1; n >= 0; n--) {
      int result = stage.result(n);
      int rows = stage.size(Axis.ROW, result);
      if (n == stage.count() - 1) {
        done[result][band] = Math.min(rows, (band + 1) * rowsPerBand);
      } else if (!stage.isRead(n)) {
        done[result][band] = Math.ceilDiv(rows * (band + 1), bands);
      } else if (stage.leaves(n) && band == bands - 1) {
        done[result][band] = rows;
      }
      done[result][band] = Math.min(rows, Math.ceilDiv(done[result][band], unit[n]) * unit[n]);
      int end = done[result][band];
      if (end == 0) {
        continue;
      }
      for (int i = 0; i < stage.operandCount(n); i++) {
        int value = stage.operand(n, i);
        if (value >= 0) {
          Span needed =
              stage.reach(Axis.ROW, n, i).needed(new Span(0, end), stage.size(Axis.ROW, value));
          done[value][band] = Math.max(done[value][band], needed.to());
        }
      }
    }
  }

  /** What streams crosses to its last row, whether that is needed or not. */
  private void finishInputs() {
    for (int value = 0; value < stage.inputs(); value++) {
      if (stage.streams(value)) {
        done[value][bands - 1] = stage.size(Axis.ROW, value);
      }
    }
  }

  private void findColumns(int strip) {
    Span[] spans = columns[strip];
    int strips = columns.length;
    Arrays.fill(spans, new Span(0, 0));
    for (int n = stage.count() - 1; n >= 0; n--) {
      int result = stage.result(n);
      int size = stage.size(Axis.COLUMN, result);
      if (strips == 1) {
        spans[result] = new Span(0, size);
        continue;
      }
      if (!stage.isRead(n)) {
        spans[result] = new Span(size * strip / strips, size * (strip + 1) / strips);
      }
      for (int i = 0; i < stage.operandCount(n) && !spans[result].isEmpty(); i++) {
        int value = stage.operand(n, i);
        if (value >= 0) {
          Span needed =
              stage.reach(Axis.COLUMN, n, i).needed(spans[result], stage.size(Axis.COLUMN, value));
          spans[value] = spans[value].union(needed);
        }
      }
    }
  }

  int bands() {
    return bands;
  }

  int strips() {
    return columns.length;
  }

  /** The rows that band {@code i} adds to what there is of a value that the stage makes. */
  Span fresh(int value, int i) {
    return new Span(i == 0 ? 0 : done[value][i - 1], done[value][i]);
  }

  /** Columns of a value that strip {@code s} computes; all of them where there is one strip. */
  Span columns(int value, int s) {
    return columns[s][value];
  }

  /** The first row of a value that is read when node {@code n} runs in band {@code i}, or later. */
  int unread(int value, int n, int i) {
    int first = done[value][bands - 1];
    int[] readers = stage.readers(value);
    for (int at = 0; at < readers.length; at += 2) {
      int result = stage.result(readers[at]);
      int next = readers[at] >= n ? fresh(result, i).from() : done[result][i];
      if (next < done[result][bands - 1]) {
        Reach reach = stage.reach(Axis.ROW, readers[at], readers[at + 1]);
        Span needed = reach.needed(new Span(next, next + 1), stage.size(Axis.ROW, value));
        first = Math.min(first, needed.from());
      }
    }
    return first;
  }

  /**
   * The rows of a value that bands after {@code i} need and that are computed by then; empty if
   * there are none.
   */
  Span kept(int value, int i) {
    int end = done[value][i];
    int from = end;
    int[] readers = stage.readers(value);
    for (int at = 0; at < readers.length && i < bands - 1; at += 2) {
      int result = stage.result(readers[at]);
      if (done[result][i] < done[result][bands - 1]) {
        // What comes next begins here, in whichever band.
        Span next = new Span(done[result][i], done[result][i] + 1);
        Reach reach = stage.reach(Axis.ROW, readers[at], readers[at + 1]);
        from = Math.min(from, reach.needed(next, stage.size(Axis.ROW, value)).from());
      }
    }
    return new Span(from, end);
  }
}
