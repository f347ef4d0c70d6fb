package dev.strongroom.graph.onnx.operators;

import dev.strongroom.graph.Shape;
import dev.strongroom.graph.onnx.importer.OnnxNode;
import dev.strongroom.graph.onnx.importer.OperatorTranslator;
import dev.strongroom.graph.onnx.importer.RejectedException;
import dev.strongroom.graph.onnx.importer.TensorReader;
import dev.strongroom.graph.onnx.importer.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** The same elements under another shape, or just under another name. */
final class ReshapingOperators {
  private ReshapingOperators() {}

  static void register(Map<String, OperatorTranslator> all) {
    all.put("Identity", n -> n.output(n.input(0)));
    all.put("Dropout", ReshapingOperators::dropout);
    all.put("Reshape", ReshapingOperators::reshape);
    all.put("Flatten", ReshapingOperators::flatten);
    all.put("Squeeze", ReshapingOperators::squeeze);
    all.put("Unsqueeze", ReshapingOperators::unsqueeze);
  }

  /** Inference leaves everything as it is. */
  private static void dropout(OnnxNode node) throws RejectedException {
    node.requireSingleOutput();
    if (node.hasInput(2) && node.integers(2, "training_mode")[0] != 0) {
      throw new RejectedException("it is in training mode");
    }
    node.output(node.input(0));
  }

  /** 0 keeps a dimension, unless allowzero says otherwise; one -1 takes what is left. */
  private static void reshape(OnnxNode node) throws RejectedException {
    Value x = node.input(0);
    long[] dims = node.integers(1, "shape");
    String stated = Arrays.toString(dims);
    boolean allowZero = node.integer("allowzero", 0) != 0;
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !allowZero) {
        if (i >= x.shape().rank()) {
          throw RejectedException.of("shape %s keeps a dimension that %s lacks", stated, x.shape());
        }
        dims[i] = x.shape().dim(i);
      }
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known = Math.multiplyExact(known, dims[i]);
      }
    }
    if (open >= 0) {
      if (known <= 0 || x.shape().elements() % known != 0) {
        throw RejectedException.of("%s cannot be reshaped to %s", x.shape(), stated);
      }
      dims[open] = x.shape().elements() / known;
    }
    node.output(node.reshape(x, TensorReader.shape(LongStream.of(dims).boxed().toList())));
  }

  private static void flatten(OnnxNode node) throws RejectedException {
    Shape x = node.input(0).shape();
    long stated = node.integer("axis", 1);
    // The axis may lie behind the last dimension.
    int axis = stated == x.rank() ? x.rank() : OnnxNode.axis(stated, x.rank());
    long outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= x.dim(i);
    }
    long inner = 1;
    for (int i = axis; i < x.rank(); i++) {
      inner *= x.dim(i);
    }
    node.output(node.reshape(node.input(0), TensorReader.shape(List.of(outer, inner))));
  }

  private static void squeeze(OnnxNode node) throws RejectedException {
    Shape x = node.input(0).shape();
    boolean[] dropped = new boolean[x.rank()];
    Optional<long[]> axes = axes(node);
    for (int i = 0; i < dropped.length; i++) {
      dropped[i] = axes.isEmpty() && x.dim(i) == 1;
    }
    for (long stated : axes.orElse(new long[0])) {
      int axis = OnnxNode.axis(stated, x.rank());
      if (x.dim(axis) != 1) {
        throw RejectedException.of("dimension %d of %s is not 1", axis, x);
      }
      dropped[axis] = true;
    }
    List<Long> dims = new ArrayList<>();
    for (int i = 0; i < dropped.length; i++) {
      if (!dropped[i]) {
        dims.add((long) x.dim(i));
      }
    }
    node.output(node.reshape(node.input(0), TensorReader.shape(dims)));
  }

  private static void unsqueeze(OnnxNode node) throws RejectedException {
    Shape x = node.input(0).shape();
    long[] axes =
        axes(node).orElseThrow(() -> new RejectedException("it does not say which axes to add"));
    boolean[] added = new boolean[x.rank() + axes.length];
    for (long stated : axes) {
      int axis = OnnxNode.axis(stated, added.length);
      if (added[axis]) {
        throw RejectedException.of("axis %d is added twice", axis);
      }
      added[axis] = true;
    }
    List<Long> dims = new ArrayList<>();
    int next = 0;
    for (boolean one : added) {
      dims.add(one ? 1L : (long) x.dim(next++));
    }
    node.output(node.reshape(node.input(0), TensorReader.shape(dims)));
  }

  /** An attribute before opset 13, an input since. */
  private static Optional<long[]> axes(OnnxNode node) throws RejectedException {
    Optional<long[]> attribute = node.integers("axes");
    return attribute.isPresent() ? attribute : node.optionalIntegers(1, "axes");
  }
}
