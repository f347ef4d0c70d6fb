package dev.strongroom.compiler.fuse;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;

/**
 * Estimates the most bytes that a stage keeps alive beside what is alive around it: pieces while
 * they are read, and the rows that are kept between bands. Counts what {@link StageRewriter} writes
 * once the planner has done its part, without building it.
 */
final class StageMemory {
  /** By this part of itself a tensor may grow so that it can lie over another one. */
  private static final int SLACK = 8;

  /** What a node's result may do with the memory of its operands. */
  private enum Result {
    ASIDE,
    OVER_ONE,
    OVER_ALL,
    VIEW
  }

  private final StageNodes stage;

  /** Bytes of a whole row of each value. */
  private final long[] wholeRowBytes;

  private final Result[] results;

  /** A stage of {@code graph}, to be asked about many ways to cut it. */
  StageMemory(GraphMemory graph, StageNodes stage) {
    this.stage = stage;
    this.wholeRowBytes = new long[stage.values()];
    for (int value = 0; value < wholeRowBytes.length; value++) {
      wholeRowBytes[value] =
          graph.size(stage.name(value)) / Math.max(1, stage.size(Axis.ROW, value));
    }
    this.results = new Result[stage.count()];
    for (int n = 0; n < results.length; n++) {
      results[n] = result(graph, stage.node(n));
    }
  }

  private static Result result(GraphMemory graph, Node node) {
    if (graph.isView(node)) {
      return Result.VIEW;
    }
    if (node.op() instanceof Op.Concat) {
      return Result.OVER_ALL;
    }
    return GraphMemory.isElementwise(node.op()) ? Result.OVER_ONE : Result.ASIDE;
  }

  long peak(Bands bands, Reuse reuse) {
    Pieces pieces = new Pieces(bands, reuse);
    int count = bands.bands();
    long peak = 0;
    // The bands between are alike.
    for (int band : new int[] {0, 1, count / 2, count - 2, count - 1}) {
      if (band >= 0 && band < count) {
        peak = Math.max(peak, pieces.peak(band));
      }
    }
    return peak - pieces.saved();
  }

  /** The stage cut in one way. */
  private final class Pieces {
    private final Bands bands;
    private final Reuse reuse;

    /** Whether rows of inputs are copied aside. */
    private final boolean over;

    /** Bytes of a row of each value, of the columns of the widest strip. */
    private final long[] rowBytes;

    Pieces(Bands bands, Reuse reuse) {
      this.bands = bands;
      this.reuse = reuse;
      this.over = reuse == Reuse.ASIDE;
      this.rowBytes = wholeRowBytes.clone();
      for (int value = 0; value < rowBytes.length && bands.strips() > 1; value++) {
        int columns = 0;
        for (int s = 0; s < bands.strips(); s++) {
          columns = Math.max(columns, bands.columns(value, s).size());
        }
        rowBytes[value] = rowBytes[value] / Math.max(1, stage.size(Axis.COLUMN, value)) * columns;
      }
    }

    /** Bytes that results need not take because they are written over inputs already read. */
    private long saved() {
      if (reuse == Reuse.NONE) {
        return 0;
      }
      long saved = over ? streamed() : 0;
      boolean[] taken = new boolean[stage.inputs()];
      for (int n = 0; n < stage.count(); n++) {
        if (!stage.leaves(n) || stage.isRead(n)) {
          continue;
        }
        int best = -1;
        long most = 0;
        for (int value = 0; value < taken.length; value++) {
          if (!taken[value]
              && stage.rolls(value)
              && !(over && stage.streams(value))
              && savedOver(value, n) > most) {
            best = value;
            most = savedOver(value, n);
          }
        }
        if (best >= 0) {
          taken[best] = true;
          saved += most;
        }
      }
      return saved;
    }

    /** Bytes of the largest input of the model that crosses piece by piece. */
    private long streamed() {
      long most = 0;
      for (int value = 0; value < stage.inputs(); value++) {
        if (stage.streams(value)) {
          most = Math.max(most, stage.size(Axis.ROW, value) * rowBytes[value]);
        }
      }
      return most;
    }

    private long savedOver(int input, int n) {
      int result = stage.result(n);
      long ahead = 0;
      for (int i = 0; i < bands.bands(); i++) {
        long written = bands.fresh(result, i).to() * rowBytes[result];
        long free = over ? bands.fresh(input, i).to() : bands.unread(input, n, i);
        ahead = Math.max(ahead, written - free * rowBytes[input]);
      }
      long in = stage.size(Axis.ROW, input) * rowBytes[input];
      long out = stage.size(Axis.ROW, result) * rowBytes[result];
      long larger = Math.max(in, out);
      long together = Math.max(out, ahead + in);
      return together - larger > (over ? 0 : larger / SLACK) ? 0 : in + out - together;
    }

    private boolean isInPieces(int value) {
      return value >= stage.inputs() || (over && value >= 0 && stage.rolls(value));
    }

    private long peak(int band) {
      long[] there = new long[stage.values()];
      long alive = 0;
      for (int value = 0; value < there.length && band > 0; value++) {
        if (isInPieces(value)) {
          there[value] = bands.kept(value, band - 1).size() * rowBytes[value];
          alive += there[value];
        }
      }
      long peak = alive;
      for (int n = 0; n < stage.count(); n++) {
        for (int i = 0; i < stage.operandCount(n) && over; i++) {
          int value = stage.operand(n, i);
          if (value < stage.inputs() && isInPieces(value) && stage.readers(value)[0] == n) {
            long loaded = bands.fresh(value, band).size() * rowBytes[value];
            peak = Math.max(peak, alive + there[value] + loaded);
            alive += loaded;
            there[value] += loaded;
          }
        }
        int result = stage.result(n);
        long fresh = bands.fresh(result, band).size() * rowBytes[result];
        boolean direct = stage.leaves(n) && !stage.isRead(n);
        long taken = takenOver(n, band, there, fresh);
        long made = direct || fresh == 0 ? 0 : there[result] + fresh;
        peak = Math.max(peak, alive + made - taken);
        if (made > 0) {
          alive += made - there[result];
          there[result] = made;
        }
        for (int i = 0; i < stage.operandCount(n); i++) {
          int value = stage.operand(n, i);
          if (isInPieces(value) && stage.isLastReader(n, value) && there[value] > 0) {
            long kept = bands.kept(value, band).size() * rowBytes[value];
            if (kept < there[value]) {
              peak = Math.max(peak, alive - taken + kept);
              alive += kept - there[value];
              there[value] = kept;
            }
          }
        }
      }
      return peak;
    }

    /** Bytes of operands that the result of a node is written over. */
    private long takenOver(int n, int band, long[] there, long fresh) {
      Result how = results[n];
      if (how == Result.ASIDE) {
        return 0;
      }
      boolean joins = how == Result.OVER_ALL;
      long taken = 0;
      for (int i = 0; i < stage.operandCount(n); i++) {
        int value = stage.operand(n, i);
        boolean dies =
            isInPieces(value) && stage.isLastReader(n, value) && bands.kept(value, band).isEmpty();
        if (dies && (joins || there[value] == fresh)) {
          taken += there[value];
          if (!joins) {
            break;
          }
        }
      }
      return how == Result.VIEW ? fresh : Math.min(taken, fresh);
    }
  }
}
