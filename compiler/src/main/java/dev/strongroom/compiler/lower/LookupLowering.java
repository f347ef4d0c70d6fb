package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Step;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** What is made of integers: rows of tables, and numbers of another type. */
final class LookupLowering {
  private LookupLowering() {}

  /** Rows of a table. A constant one is cut to parts, all of which are looked up in, in order. */
  static void gather(Lowering lowering, Node node) throws UnsupportedNodeException {
    String table = node.inputs().get(0);
    Region ids = flat(lowering, node, lowering.operand(node.inputs().get(1)));
    int[] tableShape = lowering.shape(table);
    int rows = tableShape[0];
    int width = 1;
    for (int i = 1; i < tableShape.length; i++) {
      width = Math.multiplyExact(width, tableShape[i]);
    }
    Region y = lowering.newTensor(node.output(), lowering.shape(node.output()));
    Region out = y.reshape(ids.dim(0), width).orElseThrow();
    if (lowering.isConstant(table)) {
      FloatBuffer values = lowering.constant(table).data().asFloatBuffer();
      int most = Math.clamp(lowering.maxWeightsBlock() / ((long) width * Float.BYTES), 1, rows);
      for (int first = 0; first < rows; first += most) {
        int count = Math.min(most, rows - first);
        String name =
            count == rows ? node.name() : "%s[%d:%d]".formatted(node.name(), first, first + count);
        Region part =
            WeightPacking.table(name, values.slice(first * width, count * width), count, width);
        emit(lowering, new Part(name, ids, part, out, first, rows));
      }
    } else {
      emit(lowering, new Part(node.name(), ids, matrix(lowering, node, rows, width), out, 0, rows));
    }
    lowering.define(node.output(), y);
  }

  /**
   * A run of a table's rows.
   *
   * @param ids [T]
   * @param table [R, W], rows {@code firstRow} to {@code firstRow + R} of {@code totalRows}
   * @param out [T, W]
   */
  private record Part(
      String name, Region ids, Region table, Region out, int firstRow, int totalRows) {}

  /** All parts but the first keep the rows that the parts before have written. */
  private static void emit(Lowering lowering, Part part) {
    boolean merge = part.firstRow() > 0;
    List<Region> reads = new ArrayList<>(List.of(part.ids(), part.table()));
    if (merge) {
      reads.add(part.out());
    }
    lowering.emit(
        new Draft(
            part.name(),
            reads,
            part.out(),
            0,
            Draft.Aliasing.NONE,
            (operands, write) ->
                new Step.Lookup(
                    operands.get(0),
                    operands.get(1),
                    write,
                    part.firstRow(),
                    part.totalRows(),
                    merge)));
  }

  private static Region flat(Lowering lowering, Node node, Region ids) {
    int count = Math.toIntExact(ids.elements());
    return ids.reshape(count)
        .orElseGet(() -> lowering.copy(node.name() + "/ids", ids).reshape(count).orElseThrow());
  }

  /** A table that was computed, as [rows, width] with contiguous rows. */
  private static Region matrix(Lowering lowering, Node node, int rows, int width) {
    Region table = lowering.operand(node.inputs().get(0));
    return table
        .reshape(rows, width)
        .filter(r -> r.stride(1) == 1)
        .orElseGet(
            () -> lowering.copy(node.name() + "/table", table).reshape(rows, width).orElseThrow());
  }

  static void cast(Lowering lowering, Node node) throws UnsupportedNodeException {
    Region x = lowering.operand(node.inputs().getFirst());
    ElementType to = lowering.requireElementType(node.output());
    if (x.type() == ElementType.F32) {
      throw new UnsupportedNodeException("casts float32 to %s at run time".formatted(to));
    }
    if (x.type() == to) {
      lowering.define(node.output(), x);
      return;
    }
    Region y = lowering.newTensor(node.output(), to, x.shape(), x.memoryOrder());
    int[] order = y.memoryOrder();
    lowering.emit(
        new Draft(
            node.name(),
            List.of(x.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.NONE,
            (reads, write) -> new Step.Cast(reads.get(0), write)));
    lowering.define(node.output(), y);
  }
}
