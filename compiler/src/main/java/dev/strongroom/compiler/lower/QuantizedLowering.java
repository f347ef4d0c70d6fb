package dev.strongroom.compiler.lower;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Steps on integers where a graph dequantises, computes in floats and quantises again. A value that
 * is dequantised has a {@link Quantized} form and stays so until a step wants floats. Methods that
 * return a boolean say whether the node has been lowered; if not, it is computed in floats.
 */
final class QuantizedLowering {
  private QuantizedLowering() {}

  static void quantize(Lowering lowering, Node node) throws UnsupportedNodeException {
    String value = node.inputs().getFirst();
    float scale = QuantizedTail.scale(lowering, node);
    int zeroPoint = QuantizedTail.zeroPoint(lowering, node);
    Quantized form = lowering.quantized(value);
    if (form == null) {
      Region x = lowering.operand(value);
      int[] order =
          x.rank() == 4 && image(lowering, node)
              ? ConvolutionLowering.CHANNELS_LAST
              : x.memoryOrder();
      Region y = lowering.newTensor(node.output(), ElementType.I8, x.shape(), order);
      emitQuantize(lowering, node.name(), x, y, scale, zeroPoint);
      lowering.define(node.output(), y);
    } else if (form.agreesWith(scale, zeroPoint)) {
      lowering.define(node.output(), form.region());
    } else {
      Region y = newLike(lowering, node.output(), form.region());
      emitTable(lowering, node.name(), form, y, List.of(node));
      lowering.define(node.output(), y);
    }
  }

  /** Whether integers go to layers that want channels last: then they may lie so from the start. */
  private static boolean image(Lowering lowering, Node quantize) {
    return lowering.consumers(quantize.output()).stream()
        .filter(node -> node.op() instanceof Op.Dequantize)
        .flatMap(node -> lowering.consumers(node.output()).stream())
        .anyMatch(node -> node.op() instanceof Op.Conv || node.op() instanceof Op.Pool);
  }

  static void dequantize(Lowering lowering, Node node) throws UnsupportedNodeException {
    if (lowering.dequantizedConstant(node.output()) != null) {
      return;
    }
    float scale = QuantizedTail.scale(lowering, node);
    int zeroPoint = QuantizedTail.zeroPoint(lowering, node);
    Region q = lowering.operand(node.inputs().getFirst());
    lowering.define(node.output(), new Quantized(q, scale, zeroPoint));
  }

  /** The floats of {@code form}, in a new tensor. */
  static Region toFloats(Lowering lowering, String value, Quantized form) {
    Region q = form.region();
    Region y =
        lowering.isOutput(value)
            ? lowering.newTensor(value, q.shape())
            : lowering.newTensor(value, q.shape(), q.memoryOrder());
    int[] order = y.memoryOrder();
    lowering.emit(
        new Draft(
            value + "/dequantize",
            List.of(q.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.NONE,
            (reads, write) ->
                new Step.Dequantize(reads.get(0), write, form.scale(), form.zeroPoint())));
    return y;
  }

  private static Region newLike(Lowering lowering, String value, Region x) {
    return lowering.newTensor(value, ElementType.I8, x.shape(), x.memoryOrder());
  }

  private static void emitQuantize(
      Lowering lowering, String name, Region x, Region y, float scale, int zeroPoint) {
    int[] order = y.memoryOrder();
    lowering.emit(
        new Draft(
            name,
            List.of(x.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.NONE,
            (reads, write) ->
                new Step.Quantize(reads.get(0), write, scale, Saturation.of(zeroPoint))));
  }

  /** Looks up what {@code nodes}, one after another, make of each of the 256 values of an I8. */
  private static void emitTable(
      Lowering lowering, String name, Quantized x, Region y, List<Node> nodes)
      throws UnsupportedNodeException {
    ByteBuffer entries = entries(lowering, x, nodes);
    Region table =
        lowering.packed(
            "table " + Arrays.toString(entries.array()),
            () ->
                WeightPacking.bytes(
                    PieceNames.role(name),
                    new int[] {Step.Table.ENTRIES},
                    target -> target.put(entries.duplicate())));
    int[] order = y.memoryOrder();
    lowering.emit(
        new Draft(
            name,
            List.of(x.region().permute(order), table),
            y.permute(order),
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) -> new Step.Table(reads.get(0), reads.get(1), write)));
  }

  /** As the interpreter computes them, so that a table is exact. */
  private static ByteBuffer entries(Lowering lowering, Quantized x, List<Node> nodes)
      throws UnsupportedNodeException {
    Shape shape = Shape.of(Step.Table.ENTRIES);
    float[] values = new float[Step.Table.ENTRIES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i + Byte.MIN_VALUE - x.zeroPoint()) * x.scale();
    }
    Tensor tensor = Tensor.ofFloats(values, values.length);
    for (Node node : nodes) {
      boolean last = node.op() instanceof Op.Quantize;
      List<Tensor> operands = new ArrayList<>(List.of(tensor));
      for (String parameter : node.inputs().subList(1, node.inputs().size())) {
        operands.add(lowering.anyConstant(parameter));
      }
      tensor =
          Interpreter.evaluate(
              node.op(), operands, new TensorType(last ? DataType.INT8 : DataType.FLOAT32, shape));
    }
    return ByteBuffer.allocate(Step.Table.ENTRIES).put(tensor.data()).flip();
  }

  /** A function between dequantising and quantising is a table. */
  static boolean unary(Lowering lowering, Node node) throws UnsupportedNodeException {
    Quantized x = lowering.quantized(node.inputs().getFirst());
    Optional<QuantizedTail> tail = QuantizedTail.of(lowering, node.output());
    if (x == null || tail.isEmpty()) {
      return false;
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    nodes.addAll(tail.get().functions());
    nodes.add(tail.get().quantize());
    Region y = newLike(lowering, tail.get().output(), x.region());
    emitTable(lowering, node.name(), x, y, nodes);
    tail.get().absorb(lowering);
    lowering.define(tail.get().output(), y);
    return true;
  }

  /** Parts with one meaning are joined as they are, others first become what is wanted. */
  static boolean concat(Lowering lowering, Node node, Op.Concat concat)
      throws UnsupportedNodeException {
    List<@org.jspecify.annotations.Nullable Quantized> forms = new ArrayList<>();
    node.inputs().forEach(input -> forms.add(lowering.quantized(input)));
    Quantized first = forms.getFirst();
    if (first != null && forms.stream().allMatch(f -> f != null && f.agreesWith(first))) {
      List<Region> parts = forms.stream().map(f -> Objects.requireNonNull(f).region()).toList();
      Region y = ShapeLowering.joined(lowering, node, concat, parts);
      lowering.define(node.output(), new Quantized(y, first.scale(), first.zeroPoint()));
      return true;
    }
    Optional<QuantizedTail> tail = QuantizedTail.of(lowering, node.output());
    if (tail.isEmpty() || !tail.get().functions().isEmpty()) {
      return false;
    }
    QuantizedTail to = tail.get();
    Region model = lowering.raw(node.inputs().getFirst());
    Region y =
        lowering.newTensor(
            to.output(), ElementType.I8, lowering.shape(node.output()), model.memoryOrder());
    int start = 0;
    for (int i = 0; i < forms.size(); i++) {
      String name = node.name() + "/" + i;
      Quantized form = forms.get(i);
      int size = lowering.shape(node.inputs().get(i))[concat.axis()];
      Region part = y.narrow(concat.axis(), start, size);
      if (form == null) {
        Region x = lowering.operand(node.inputs().get(i));
        emitQuantize(lowering, name, x, part, to.scale(), to.zeroPoint());
      } else if (form.agreesWith(to.scale(), to.zeroPoint())) {
        lowering.emitCopy(name, form.region(), part);
      } else {
        emitTable(lowering, name, form, part, List.of(to.quantize()));
      }
      start += size;
    }
    to.absorb(lowering);
    lowering.define(to.output(), y);
    return true;
  }

  /** Sums, differences and products, with a range after them. */
  static boolean binary(Lowering lowering, Node node, Op.Binary binary)
      throws UnsupportedNodeException {
    Quantized a = operand(lowering, node.inputs().get(0));
    Quantized b = operand(lowering, node.inputs().get(1));
    Optional<QuantizedTail> tail = QuantizedTail.of(lowering, node.output());
    if (a == null || b == null || tail.isEmpty()) {
      return false;
    }
    QuantizedTail to = tail.get();
    Optional<Saturation> saturation = to.range(lowering, node.output());
    boolean product = binary.kind() == Op.Binary.Kind.MUL;
    boolean sum = binary.kind() == Op.Binary.Kind.ADD || binary.kind() == Op.Binary.Kind.SUB;
    if (saturation.isEmpty() || !(product || sum)) {
      return false;
    }
    double sign = binary.kind() == Op.Binary.Kind.SUB ? -1 : 1;
    double common = product ? (double) a.scale() * b.scale() : a.scale();
    float aScale = (float) (common / to.scale());
    float bScale = product ? 1 : (float) (sign * b.scale() / to.scale());
    if (!Float.isFinite(aScale) || !Float.isFinite(bScale)) {
      return false;
    }
    int[] shape = lowering.shape(node.output());
    boolean likeA =
        a.region().elements() >= b.region().elements()
            && a.region().storage() instanceof Storage.Buffer;
    Region fullA = a.region().broadcast(shape);
    Region fullB = b.region().broadcast(shape);
    int[] order = (likeA ? fullA : fullB).memoryOrder();
    Region y = lowering.newTensor(to.output(), ElementType.I8, shape, order);
    lowering.emit(
        new Draft(
            node.name(),
            List.of(fullA.permute(order), fullB.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) ->
                new Step.QuantizedBinary(
                    product ? Step.QuantizedBinary.Kind.MUL : Step.QuantizedBinary.Kind.ADD,
                    reads.get(0),
                    reads.get(1),
                    write,
                    a.zeroPoint(),
                    b.zeroPoint(),
                    aScale,
                    bScale,
                    saturation.get())));
    to.absorb(lowering);
    lowering.define(to.output(), y);
    return true;
  }

  /** A value's quantised form, also that of a constant with one scale. */
  private static @org.jspecify.annotations.Nullable Quantized operand(
      Lowering lowering, String value) throws UnsupportedNodeException {
    Node constant = lowering.dequantizedConstant(value);
    if (constant == null) {
      return lowering.quantized(value);
    }
    Tensor q = lowering.anyConstant(constant.inputs().getFirst());
    boolean one = lowering.anyConstant(constant.inputs().get(1)).shape().elements() == 1;
    if (q.dataType() != DataType.INT8 || !one) {
      return null;
    }
    return new Quantized(
        lowering.packed(
            "bytes " + value,
            () -> WeightPacking.bytes(value, q.shape().dims(), t -> t.put(q.data()))),
        QuantizedTail.scale(lowering, constant),
        QuantizedTail.zeroPoint(lowering, constant));
  }

  /** A maximum keeps the quantisation; an average is followed by another. */
  static boolean pool(Lowering lowering, Node node, Step.Pool2d.Kind kind, Window2d window)
      throws UnsupportedNodeException {
    Quantized x = lowering.quantized(node.inputs().getFirst());
    if (x == null) {
      return false;
    }
    if (kind == Step.Pool2d.Kind.MAX) {
      Region y = pooled(lowering, node, kind, window, x, node.output(), 0, 1, Saturation.NONE);
      lowering.define(node.output(), new Quantized(y, x.scale(), x.zeroPoint()));
      return true;
    }
    return average(lowering, node, kind, window, x);
  }

  private static boolean average(
      Lowering lowering, Node node, Step.Pool2d.Kind kind, Window2d window, Quantized x)
      throws UnsupportedNodeException {
    Optional<QuantizedTail> tail = QuantizedTail.of(lowering, node.output());
    if (tail.isEmpty() || window.taps() > Step.QuantizedPool2d.MAX_TAPS) {
      return false;
    }
    QuantizedTail to = tail.get();
    Optional<Saturation> saturation = to.range(lowering, node.output());
    float scale = (float) ((double) x.scale() / to.scale());
    if (saturation.isEmpty() || !(scale > 0) || !Float.isFinite(scale)) {
      return false;
    }
    Region y =
        pooled(
            lowering, node, kind, window, x, to.output(), x.zeroPoint(), scale, saturation.get());
    to.absorb(lowering);
    // A mean may drop the dimensions it has reduced to 1.
    lowering.define(to.output(), y.reshape(lowering.shape(to.output())).orElseThrow());
    return true;
  }

  private static Region pooled(
      Lowering lowering,
      Node node,
      Step.Pool2d.Kind kind,
      Window2d window,
      Quantized x,
      String output,
      int inZero,
      float scale,
      Saturation saturation)
      throws UnsupportedNodeException {
    Region in = ConvolutionLowering.channelsLast(lowering, node, x.region());
    int[] shape = lowering.shape(node.output());
    int[] image = shape.length == 4 ? shape : new int[] {in.dim(0), in.dim(3), 1, 1};
    Region y = lowering.newTensor(output, ElementType.I8, image, ConvolutionLowering.CHANNELS_LAST);
    lowering.emit(
        new Draft(
            node.name(),
            List.of(in),
            y.permute(ConvolutionLowering.CHANNELS_LAST),
            0,
            Draft.Aliasing.NONE,
            (reads, write) ->
                new Step.QuantizedPool2d(
                    kind, reads.get(0), write, window, inZero, scale, saturation)));
    return y;
  }

  /** The mean over both spatial dimensions is an average under one window. */
  static boolean mean(Lowering lowering, Node node, Op.Reduce reduce)
      throws UnsupportedNodeException {
    Quantized x = lowering.quantized(node.inputs().getFirst());
    int[] shape = lowering.shape(node.inputs().getFirst());
    boolean global =
        reduce.kind() == Op.Reduce.Kind.MEAN
            && shape.length == 4
            && reduce.axes().equals(List.of(2, 3))
            && Arrays.stream(shape).allMatch(d -> d <= 0xFFFF)
            && (long) shape[2] * shape[3] <= Step.QuantizedPool2d.MAX_TAPS;
    if (x == null || !global) {
      return false;
    }
    Window2d window = new Window2d(shape[2], shape[3], 1, 1, 0, 0, 1, 1);
    return average(lowering, node, Step.Pool2d.Kind.AVERAGE, window, x);
  }
}
