package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Parts of a tensor: Slice, Split, and Gather. */
final class GatherOperators {
  /** More pieces than any honest model gathers; each becomes an operator. */
  private static final int MAX_PIECES = 4096;

  private GatherOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Slice", GatherOperators::slice);
    all.put("Split", GatherOperators::split);
    all.put("Gather", GatherOperators::gather);
  }

  /** Attributes before opset 10, inputs since. */
  private static void slice(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    boolean attributes = node.opset() < 10;
    long[] starts = attributes ? attribute(node, "starts") : node.integers(1, "starts");
    long[] ends = attributes ? attribute(node, "ends") : node.integers(2, "ends");
    Optional<long[]> statedAxes =
        attributes ? node.integers("axes") : node.optionalIntegers(3, "axes");
    Optional<long[]> statedSteps =
        attributes ? Optional.empty() : node.optionalIntegers(4, "steps");
    int n = starts.length;
    long[] axes = statedAxes.orElseGet(() -> LongStream.range(0, n).toArray());
    long[] steps = statedSteps.orElseGet(() -> ones(n));
    if (ends.length != n || axes.length != n || steps.length != n) {
      throw RejectedException.of(
          "it has %d starts, %d ends, %d axes and %d steps",
          n, ends.length, axes.length, steps.length);
    }
    List<Integer> first = new ArrayList<>(Collections.nCopies(x.shape().rank(), 0));
    List<Integer> step = new ArrayList<>(Collections.nCopies(x.shape().rank(), 1));
    int[] dims = x.shape().dims();
    for (int i = 0; i < n; i++) {
      int axis = OnnxNode.axis(axes[i], x.shape().rank());
      long size = x.shape().dim(axis);
      if (steps[i] == 0) {
        throw new RejectedException("a step of 0 leads nowhere");
      }
      // A step beyond the size takes one element, as any other such step does.
      long s = Math.clamp(steps[i], -Math.max(1, size), Math.max(1, size));
      long start = Math.clamp(fromEnd(starts[i], size), 0, s > 0 ? size : Math.max(0, size - 1));
      long end = Math.clamp(fromEnd(ends[i], size), s > 0 ? 0 : -1, s > 0 ? size : size - 1);
      long count = size == 0 ? 0 : Math.max(0, Math.ceilDiv(end - start, s));
      first.set(axis, (int) start);
      step.set(axis, (int) s);
      dims[axis] = (int) count;
    }
    node.output(slice(node, x, first, step, Shape.of(dims)));
  }

  private static long[] attribute(OnnxNode node, String name) throws RejectedException {
    return node.integers(name)
        .orElseThrow(() -> RejectedException.of("attribute %s is missing", name));
  }

  private static long[] ones(int n) {
    long[] ones = new long[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static long fromEnd(long index, long size) {
    return index < 0 ? index + size : index;
  }

  private static Value slice(
      OnnxNode node, Value x, List<Integer> starts, List<Integer> steps, Shape shape)
      throws RejectedException {
    boolean whole = shape.equals(x.shape()) && steps.stream().allMatch(s -> s == 1);
    if (whole) {
      return x;
    }
    if (shape.elements() == 0) {
      // Nothing is read, so that the starts need not exist.
      starts = Collections.nCopies(shape.rank(), 0);
    }
    return node.emit(new Op.Slice(starts, steps), shape, x);
  }

  /** {@code count} elements of dimension {@code axis}, from {@code start} on. */
  private static Value along(OnnxNode node, Value x, int axis, int start, int step, int count)
      throws RejectedException {
    List<Integer> starts = new ArrayList<>(Collections.nCopies(x.shape().rank(), 0));
    List<Integer> steps = new ArrayList<>(Collections.nCopies(x.shape().rank(), 1));
    int[] dims = x.shape().dims();
    starts.set(axis, start);
    steps.set(axis, step);
    dims[axis] = count;
    return slice(node, x, starts, steps, Shape.of(dims));
  }

  /** Sizes are an attribute before opset 13, an input since; without them equal parts. */
  private static void split(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    int axis = OnnxNode.axis(node.integer("axis", 0), x.shape().rank());
    int size = x.shape().dim(axis);
    int parts = node.outputCount();
    Optional<long[]> stated = node.integers("split");
    if (stated.isEmpty()) {
      stated = node.optionalIntegers(1, "split");
    }
    long[] sizes = stated.orElseGet(() -> equalParts(size, parts));
    long sum = 0;
    for (long s : sizes) {
      sum = s < 0 ? Long.MIN_VALUE : Math.addExact(sum, s);
    }
    if (sizes.length != parts || sum != size) {
      throw RejectedException.of(
          "parts of %s do not make up the %d elements of dimension %d for %d outputs",
          Arrays.toString(sizes), size, axis, parts);
    }
    int start = 0;
    for (int i = 0; i < parts; i++) {
      if (node.outputUsed(i)) {
        node.output(i, along(node, x, axis, start, 1, (int) sizes[i]));
      }
      start += (int) sizes[i];
    }
  }

  /** The last part may be smaller. */
  private static long[] equalParts(int size, int parts) {
    long[] sizes = new long[parts];
    int each = Math.ceilDiv(size, parts);
    for (int i = 0; i < parts; i++) {
      sizes[i] = Math.clamp(size - (long) i * each, 0, each);
    }
    return sizes;
  }

  private static void gather(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    int axis = OnnxNode.axis(node.integer("axis", 0), x.shape().rank());
    if (node.input(1).constant().isPresent()) {
      gatherKnown(node, x, axis);
    } else {
      gatherComputed(node, x, axis);
    }
  }

  /** The axis is brought to the front, where rows are gathered, and the result back behind it. */
  private static void gatherComputed(OnnxNode node, Value x, int axis) throws RejectedException {
    Value ids = node.input(1);
    int rank = x.shape().rank();
    List<Integer> axisFirst = new ArrayList<>(List.of(axis));
    IntStream.range(0, rank).filter(i -> i != axis).forEach(axisFirst::add);
    Value rows = node.emit(new Op.Gather(), MovementOperators.transpose(node, x, axisFirst), ids);
    int idRank = ids.shape().rank();
    List<Integer> back = new ArrayList<>();
    IntStream.range(idRank, idRank + axis).forEach(back::add);
    IntStream.range(0, idRank).forEach(back::add);
    IntStream.range(idRank + axis, idRank + rank - 1).forEach(back::add);
    node.output(MovementOperators.transpose(node, rows, back));
  }

  /** Runs of evenly spaced indices are slices; several runs are joined. */
  private static void gatherKnown(OnnxNode node, Value x, int axis) throws RejectedException {
    int size = x.shape().dim(axis);
    Tensor indices = node.constant(1, "list of indices");
    int[] positions = new int[(int) indices.shape().elements()];
    long[] stated = node.integers(1, "list of indices");
    for (int i = 0; i < positions.length; i++) {
      long index = fromEnd(stated[i], size);
      if (index < 0 || index >= size) {
        throw RejectedException.of("index %d does not exist among %d", stated[i], size);
      }
      positions[i] = (int) index;
    }
    List<Value> pieces = new ArrayList<>();
    int at = 0;
    while (at < positions.length) {
      int run = run(positions, at);
      int step = run == 1 ? 1 : positions[at + 1] - positions[at];
      pieces.add(along(node, x, axis, positions[at], step, run));
      if (pieces.size() > MAX_PIECES) {
        throw RejectedException.of("it gathers more than %d separate pieces", MAX_PIECES);
      }
      at += run;
    }
    if (pieces.isEmpty()) {
      pieces.add(along(node, x, axis, 0, 1, 0));
    }
    Value joined = MovementOperators.concat(node, axis, pieces);
    // The indices' dimensions take the place of the axis.
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < x.shape().rank(); i++) {
      if (i == axis) {
        Arrays.stream(indices.shape().dims()).forEach(dims::add);
      } else {
        dims.add(x.shape().dim(i));
      }
    }
    node.output(
        node.reshape(joined, Shape.of(dims.stream().mapToInt(Integer::intValue).toArray())));
  }

  /** How many positions from {@code at} on are evenly spaced, and not all the same. */
  private static int run(int[] positions, int at) {
    if (at + 1 >= positions.length || positions[at + 1] == positions[at]) {
      return 1;
    }
    int step = positions[at + 1] - positions[at];
    int end = at + 2;
    while (end < positions.length && positions[end] - positions[end - 1] == step) {
      end++;
    }
    return end - at;
  }
}
