package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.TensorReader;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What puts elements elsewhere: transposing, joining, repeating, and blocks into channels. */
final class MovementOperators {
  private MovementOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Transpose", MovementOperators::transpose);
    all.put("Concat", MovementOperators::concat);
    all.put("Expand", MovementOperators::expand);
    all.put("Tile", MovementOperators::tile);
    all.put("DepthToSpace", MovementOperators::depthToSpace);
    all.put("SpaceToDepth", MovementOperators::spaceToDepth);
    all.put("Pad", PadOperator::translate);
  }

  /** The shape that both broadcast to. */
  static Shape broadcast(Shape a, Shape b) throws RejectedException {
    try {
      return ShapeInference.broadcast(a, b);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(String.valueOf(e.getMessage()));
    }
  }

  private static void transpose(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    Optional<long[]> stated = node.integers("perm");
    List<Integer> perm = new ArrayList<>();
    if (stated.isPresent()) {
      for (long p : stated.get()) {
        perm.add(OnnxNode.axis(p, x.shape().rank()));
      }
    } else {
      perm.addAll(IntStream.range(0, x.shape().rank()).boxed().toList().reversed());
    }
    node.output(transpose(node, x, perm));
  }

  static Value transpose(OnnxNode node, Value x, List<Integer> perm) throws RejectedException {
    boolean identity = perm.equals(IntStream.range(0, x.shape().rank()).boxed().toList());
    return identity ? x : node.emit(new Op.Transpose(perm), x);
  }

  private static void concat(OnnxNode node) throws RejectedException {
    List<Value> inputs = node.inputs();
    int rank = inputs.getFirst().shape().rank();
    if (!node.hasAttribute("axis")) {
      throw new RejectedException("its axis is missing");
    }
    int axis = OnnxNode.axis(node.integer("axis", 0), rank);
    node.output(concat(node, axis, inputs));
  }

  /** Joins all that have elements; an empty part adds nothing. */
  static Value concat(OnnxNode node, int axis, List<Value> parts) throws RejectedException {
    Op op = new Op.Concat(axis);
    List<Value> full =
        parts.stream().filter(v -> v.shape().rank() == 0 || v.shape().dim(axis) > 0).toList();
    if (full.size() == 1) {
      return full.getFirst();
    }
    return node.emit(op, (full.isEmpty() ? parts : full).toArray(Value[]::new));
  }

  private static void expand(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    Shape to = TensorReader.shape(LongStream.of(node.integers(1, "shape")).boxed().toList());
    Shape shape = broadcast(x.shape(), to);
    node.output(x.shape().equals(shape) ? x : node.emit(new Op.Expand(), shape, x));
  }

  /** Dimensions of 1 are repeated by broadcasting, others by joining the input with itself. */
  private static void tile(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    long[] repeats = node.integers(1, "repeats");
    if (repeats.length != x.shape().rank()) {
      throw RejectedException.of(
          "it has %d repeats for the dimensions of %s", repeats.length, x.shape());
    }
    List<Long> expanded = new ArrayList<>();
    for (int i = 0; i < repeats.length; i++) {
      expanded.add(x.shape().dim(i) == 1 ? repeats[i] : (long) x.shape().dim(i));
    }
    Value y = x;
    Shape shape = TensorReader.shape(expanded);
    if (!shape.equals(x.shape())) {
      y = node.emit(new Op.Expand(), shape, x);
    }
    for (int i = 0; i < repeats.length; i++) {
      if (x.shape().dim(i) != 1 && repeats[i] != 1) {
        if (repeats[i] < 1 || repeats[i] > 1024) {
          throw RejectedException.of("repeats %s are not supported", Arrays.toString(repeats));
        }
        y = concat(node, i, Collections.nCopies((int) repeats[i], y));
      }
    }
    node.output(y);
  }

  /** [N, C b b, H, W] to [N, C, H b, W b]; b b ahead of C (DCR) or behind it (CRD). */
  private static void depthToSpace(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    int b = block(node);
    int[] d = fourDims(x);
    int c = d[1] / (b * b);
    if (c == 0 || d[1] % (b * b) != 0) {
      throw RejectedException.of("%s has no blocks of %d by %d in its channels", x.shape(), b, b);
    }
    String mode = node.string("mode", "DCR");
    boolean depthFirst = mode.equals("DCR");
    if (!depthFirst && !mode.equals("CRD")) {
      throw RejectedException.of("mode \"%s\" is not known", mode);
    }
    Shape split =
        depthFirst ? Shape.of(d[0], b, b, c, d[2], d[3]) : Shape.of(d[0], c, b, b, d[2], d[3]);
    List<Integer> perm = depthFirst ? List.of(0, 3, 4, 1, 5, 2) : List.of(0, 1, 4, 2, 5, 3);
    Value y = transpose(node, node.reshape(x, split), perm);
    node.output(node.reshape(y, Shape.of(d[0], c, d[2] * b, d[3] * b)));
  }

  /** [N, C, H b, W b] to [N, b b C, H, W]. */
  private static void spaceToDepth(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    int b = block(node);
    int[] d = fourDims(x);
    if (d[2] % b != 0 || d[3] % b != 0) {
      throw RejectedException.of("%s does not divide into blocks of %d by %d", x.shape(), b, b);
    }
    Value split = node.reshape(x, Shape.of(d[0], d[1], d[2] / b, b, d[3] / b, b));
    Value y = transpose(node, split, List.of(0, 3, 5, 1, 2, 4));
    node.output(
        node.reshape(y, Shape.of(d[0], Math.multiplyExact(d[1], b * b), d[2] / b, d[3] / b)));
  }

  private static int block(OnnxNode node) throws RejectedException {
    int b = node.smallInteger("blocksize", 0);
    if (b < 1 || b > 1 << 15) {
      throw RejectedException.of("blocksize %d is none", b);
    }
    return b;
  }

  private static int[] fourDims(Value x) throws RejectedException {
    if (x.shape().rank() != 4) {
      throw RejectedException.of("its input %s has not 4 dimensions", x.shape());
    }
    return x.shape().dims();
  }
}
