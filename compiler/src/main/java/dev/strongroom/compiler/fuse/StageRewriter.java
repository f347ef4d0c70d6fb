package dev.strongroom.compiler.fuse;

import dev.strongroom.compiler.lower.PieceNames;
import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Graph;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a stage out as nodes: slices, the layers on pieces, and concatenations. The graph that
 * results computes the same; that none of its full tensors exists any more is left to the planning
 * of memory, for which a slice is a view and a concatenation mostly nothing.
 *
 * <p>Patch by patch execution is Lin et al., MCUNetV2, arXiv 2110.15352; rows that are kept instead
 * of computed again are the line buffers of StreamNet (Zheng et al., NeurIPS 2023).
 */
public final class StageRewriter {
  private final Graph graph;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, TensorType> types;

  private StageRewriter(Graph graph) {
    this.graph = graph;
    this.types = new LinkedHashMap<>(graph.types());
  }

  /**
   * {@code graph} with its stages written out.
   *
   * @param stages in ascending order, without overlap
   * @throws IllegalArgumentException if a stage cannot run piece by piece
   */
  public static Graph rewrite(Graph graph, List<Stage> stages) {
    StageRewriter rewriter = new StageRewriter(graph);
    LiveValues live = LiveValues.of(graph);
    int next = 0;
    for (Stage stage : stages) {
      rewriter.nodes.addAll(graph.nodes().subList(next, stage.first()));
      StageNodes cut =
          StageNodes.of(graph, stage.first(), stage.last(), v -> live.isUsedFrom(v, stage.last()))
              .orElseThrow(() -> new IllegalArgumentException("cannot be cut: " + stage));
      rewriter.new Writer(cut, Bands.of(cut, stage.rows(), stage.strips()), stage.over()).write();
      next = stage.last();
    }
    rewriter.nodes.addAll(graph.nodes().subList(next, graph.nodes().size()));
    return new Graph(
        graph.name(),
        graph.inputs(),
        graph.outputs(),
        rewriter.nodes,
        graph.constants(),
        rewriter.types);
  }

  /** A run of rows of a value, by the name that they have. */
  private record Piece(String name, Span rows) {}

  private final class Writer {
    private final StageNodes stage;
    private final Bands bands;

    /** By number of the value: the rows that are there to be read. */
    private final Map<Integer, Piece> there = new HashMap<>();

    /** By number of the value: pieces that are needed after the stage. */
    private final Map<Integer, List<String>> results = new HashMap<>();

    private final boolean over;
    private int strip;
    private int band;

    Writer(StageNodes stage, Bands bands, boolean over) {
      this.stage = stage;
      this.bands = bands;
      this.over = over;
    }

    /** Whether a value is read from pieces: the stage makes it, or copies it aside. */
    private boolean isInPieces(int value) {
      return value >= stage.inputs() || (over && value >= 0 && stage.rolls(value));
    }

    void write() {
      Map<Integer, List<String>> strips = new HashMap<>();
      for (strip = 0; strip < bands.strips(); strip++) {
        there.clear();
        results.clear();
        for (band = 0; band < bands.bands(); band++) {
          for (int n = 0; n < stage.count(); n++) {
            copyAside(n);
            compute(n);
            keepForLater(n);
          }
        }
        results.forEach(
            (value, pieces) -> {
              String name = stage.name(value);
              String whole =
                  bands.strips() == 1 ? name : PieceNames.numbered(name + "/strip", strip);
              join(Axis.ROW, whole, pieces);
              strips.computeIfAbsent(value, k -> new ArrayList<>()).add(whole);
            });
      }
      if (bands.strips() > 1) {
        strips.forEach((value, all) -> join(Axis.COLUMN, stage.name(value), all));
      }
    }

    /** What the pieces of a value are called. */
    private String pieces(int value) {
      return value < stage.inputs() ? stage.name(value) + "/in" : stage.name(value);
    }

    private Shape shape(int value) {
      return graph.type(stage.name(value)).shape();
    }

    private String numbered(String name) {
      return PieceNames.numbered(name, strip * bands.bands() + band);
    }

    private void compute(int n) {
      int result = stage.result(n);
      Span rows = bands.fresh(result, band);
      if (rows.isEmpty()) {
        return;
      }
      Span[] out = {rows, bands.columns(result, strip)};
      List<String> operands = new ArrayList<>();
      Span[] first = out;
      for (int i = 0; i < stage.operandCount(n); i++) {
        Span[] in = needed(n, i, out);
        if (i == 0) {
          first = in;
        }
        operands.add(operand(n, i, in));
      }
      Node node = stage.node(n);
      int axes = bands.strips() > 1 ? 2 : 1;
      Op op = Reaches.cut(graph, node, Arrays.copyOf(out, axes), Arrays.copyOf(first, axes));
      Span[] computed = out.clone();
      for (int i = 0; i < axes; i++) {
        computed[i] = Reaches.computed(stage.reach(Axis.values()[i], n, 0), out[i], first[i]);
      }
      String name = numbered(node.output());
      boolean exact = computed[0].equals(out[0]) && computed[1].equals(out[1]);
      String made = exact ? name : name + "/more";
      add(
          numbered(node.name()),
          op,
          operands,
          made,
          graph.type(node.output()).dataType(),
          resized(shape(result), computed));
      if (!exact) {
        slice(made, computed, name, out, shape(result));
      }
      if (stage.leaves(n)) {
        results.computeIfAbsent(result, k -> new ArrayList<>()).add(name);
      }
      if (stage.isRead(n)) {
        makeReadable(result, name, rows);
      }
    }

    /** Copies new rows of what comes from outside, before the first node that reads it. */
    private void copyAside(int n) {
      for (int i = 0; i < stage.operandCount(n); i++) {
        int value = stage.operand(n, i);
        if (value < stage.inputs()
            && isInPieces(value)
            && stage.readers(value)[0] == n
            && stage.readers(value)[1] == i
            && !bands.fresh(value, band).isEmpty()) {
          copyAside(value, bands.fresh(value, band));
        }
      }
    }

    private void copyAside(int value, Span rows) {
      Shape like = shape(value);
      Span all = new Span(0, Axis.ROW.size(like));
      Span columns = new Span(0, Axis.COLUMN.size(like));
      String part = numbered(pieces(value) + "/next");
      slice(stage.name(value), new Span[] {all, columns}, part, new Span[] {rows, columns}, like);
      Piece kept = there.get(value);
      if (kept == null || kept.rows().isEmpty()) {
        String copy = numbered(pieces(value) + "/rows");
        join(Axis.ROW, copy, List.of(part));
        there.put(value, new Piece(copy, rows));
      } else {
        makeReadable(value, part, rows);
      }
    }

    private Span[] needed(int n, int i, Span[] out) {
      int value = stage.operand(n, i);
      if (value < 0) {
        return out;
      }
      Span rows = stage.reach(Axis.ROW, n, i).needed(out[0], stage.size(Axis.ROW, value));
      Span columns =
          bands.strips() == 1
              ? new Span(0, stage.size(Axis.COLUMN, value))
              : stage.reach(Axis.COLUMN, n, i).needed(out[1], stage.size(Axis.COLUMN, value));
      return new Span[] {rows, columns};
    }

    /** The part of an operand that a node reads. */
    private String operand(int n, int i, Span[] needed) {
      int value = stage.operand(n, i);
      if (value < 0) {
        return stage.node(n).inputs().get(i);
      }
      String name = stage.name(value);
      Span[] all = {
        new Span(0, stage.size(Axis.ROW, value)), new Span(0, stage.size(Axis.COLUMN, value))
      };
      if (isInPieces(value)) {
        Piece piece = piece(value);
        name = piece.name();
        all[0] = piece.rows();
        if (bands.strips() > 1) {
          all[1] = bands.columns(value, strip);
        }
      }
      if (needed[0].equals(all[0]) && needed[1].equals(all[1])) {
        return name;
      }
      String part = numbered("%s/in%d".formatted(stage.node(n).output(), i));
      slice(name, all, part, needed, shape(value));
      return part;
    }

    private Piece piece(int value) {
      Piece piece = there.get(value);
      if (piece == null) {
        throw new IllegalStateException("nothing is there of " + stage.name(value));
      }
      return piece;
    }

    /** Appends what was just computed to what has been kept. */
    private void makeReadable(int value, String fresh, Span rows) {
      Piece kept = there.get(value);
      if (kept == null || kept.rows().isEmpty()) {
        there.put(value, new Piece(fresh, rows));
        return;
      }
      String joined = numbered(pieces(value) + "/rows");
      join(Axis.ROW, joined, List.of(kept.name(), fresh));
      there.put(value, new Piece(joined, kept.rows().union(rows)));
    }

    /** After the last node of this band that reads a value, keeps what the next bands need. */
    private void keepForLater(int n) {
      for (int i = 0; i < stage.operandCount(n); i++) {
        int value = stage.operand(n, i);
        if (isInPieces(value) && stage.isLastReader(n, value) && there.containsKey(value)) {
          keep(value);
        }
      }
    }

    private void keep(int value) {
      Piece piece = piece(value);
      Span kept = bands.kept(value, band);
      if (kept.isEmpty()) {
        there.remove(value);
      } else if (!kept.equals(piece.rows())) {
        Span columns = new Span(0, columnsOf(piece.name()));
        String part = numbered(pieces(value) + "/last");
        slice(
            piece.name(),
            new Span[] {piece.rows(), columns},
            part,
            new Span[] {kept, columns},
            shape(value));
        String copy = PieceNames.kept(pieces(value), strip * bands.bands() + band);
        // A slice is a view: only a concatenation makes a tensor of its own.
        join(Axis.ROW, copy, List.of(part));
        there.put(value, new Piece(copy, kept));
      }
    }

    private int columnsOf(String name) {
      return Axis.COLUMN.size(type(name).shape());
    }

    private TensorType type(String name) {
      TensorType type = types.get(name);
      if (type == null) {
        throw new IllegalStateException("no type for " + name);
      }
      return type;
    }

    private Shape resized(Shape shape, Span[] spans) {
      Shape rows = Axis.ROW.resize(shape, spans[0].size());
      return bands.strips() == 1 ? rows : Axis.COLUMN.resize(rows, spans[1].size());
    }

    private void slice(String name, Span[] has, String part, Span[] wanted, Shape like) {
      Integer[] starts = new Integer[like.rank()];
      Arrays.fill(starts, 0);
      for (int i = 0; i < 2; i++) {
        int at = Axis.values()[i].of(like.rank());
        if (at >= 0) {
          starts[at] = wanted[i].from() - has[i].from();
        }
      }
      add(
          part,
          new Op.Slice(List.of(starts), Collections.nCopies(like.rank(), 1)),
          List.of(name),
          part,
          type(name).dataType(),
          Axis.COLUMN.resize(Axis.ROW.resize(like, wanted[0].size()), wanted[1].size()));
    }

    private void join(Axis axis, String name, List<String> parts) {
      int[] dims = type(parts.getFirst()).shape().dims();
      int at = axis.of(dims.length);
      dims[at] = parts.stream().mapToInt(p -> type(p).shape().dim(at)).sum();
      DataType type = type(parts.getFirst()).dataType();
      add(name + "/join", new Op.Concat(at), parts, name, type, Shape.of(dims));
    }

    private void add(
        String node, Op op, List<String> operands, String output, DataType type, Shape shape) {
      nodes.add(new Node(node, op, operands, output));
      types.put(output, new TensorType(type, shape));
    }
  }
}
