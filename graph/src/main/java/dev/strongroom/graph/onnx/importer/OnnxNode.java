package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node of a model as its translator sees it: what it reads, its attributes, and the means to
 * emit operators and to say what its outputs are.
 */
public final class OnnxNode {
  private final NodeProto proto;
  private final String label;
  private final int opset;
  private final List<@Nullable Value> inputs;
  private final Attributes attributes;
  private final Translation translation;
  private final TensorReader tensors;
  private final Set<String> readValues;
  private final Map<String, Value> outputs = new HashMap<>();

  OnnxNode(
      NodeProto proto,
      int opset,
      List<@Nullable Value> inputs,
      Translation translation,
      TensorReader tensors,
      Set<String> readValues) {
    this.proto = proto;
    this.label = NodeOrder.label(proto);
    this.opset = opset;
    this.inputs = inputs;
    this.attributes = new Attributes(proto);
    this.translation = translation;
    this.tensors = tensors;
    this.readValues = readValues;
  }

  public String opType() {
    return proto.getOpType();
  }

  /** The node's name, or what stands for it. */
  public String label() {
    return label;
  }

  /** The version of the operator set that the model is written in. */
  public int opset() {
    return opset;
  }

  /** Number of inputs, absent optional ones in between counted. */
  public int inputCount() {
    return inputs.size();
  }

  public boolean hasInput(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** Input {@code i}. */
  public Value input(int i) throws RejectedException {
    return optionalInput(i).orElseThrow(() -> RejectedException.of("input %d is missing", i));
  }

  /** Input {@code i}, where the node has it. */
  public Optional<Value> optionalInput(int i) {
    return i < inputs.size() ? Optional.ofNullable(inputs.get(i)) : Optional.empty();
  }

  /** All inputs, none of which may be absent. */
  public List<Value> inputs() throws RejectedException {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      all.add(input(i));
    }
    if (all.isEmpty()) {
      throw new RejectedException("it has no inputs");
    }
    return all;
  }

  /** Input {@code i}, which must be known before run time. */
  public Tensor constant(int i, String what) throws RejectedException {
    return input(i)
        .constant()
        .orElseThrow(() -> RejectedException.of("its %s must be known before run time", what));
  }

  /** The elements of input {@code i}, which must be integers known before run time. */
  public long[] integers(int i, String what) throws RejectedException {
    Tensor tensor = constant(i, what);
    if (!Integers.isInteger(tensor.dataType())) {
      throw RejectedException.of("its %s is %s where integers are needed", what, tensor.type());
    }
    return Integers.of(tensor);
  }

  /** As {@link #integers(int, String)}, where the node has the input. */
  public Optional<long[]> optionalIntegers(int i, String what) throws RejectedException {
    return hasInput(i) ? Optional.of(integers(i, what)) : Optional.empty();
  }

  /** The elements of input {@code i}, which must be FLOAT32 and known before run time. */
  public float[] floats(int i, String what) throws RejectedException {
    Tensor tensor = constant(i, what);
    if (tensor.dataType() != DataType.FLOAT32) {
      throw RejectedException.of("its %s is %s where floats are needed", what, tensor.type());
    }
    return tensor.floats();
  }

  /** The one element of input {@code i}. */
  public float scalar(int i, String what) throws RejectedException {
    float[] values = floats(i, what);
    if (values.length != 1) {
      throw RejectedException.of("its %s has %d elements instead of one", what, values.length);
    }
    return values[0];
  }

  public long integer(String attribute, long otherwise) throws RejectedException {
    return attributes.integer(attribute).orElse(otherwise);
  }

  /** An attribute that must fit an {@code int}. */
  public int smallInteger(String attribute, int otherwise) throws RejectedException {
    return smallInteger(attribute, integer(attribute, otherwise));
  }

  private static int smallInteger(String what, long value) throws RejectedException {
    if (value != (int) value) {
      throw RejectedException.of("attribute %s is %d", what, value);
    }
    return (int) value;
  }

  public float number(String attribute, float otherwise) throws RejectedException {
    return attributes.number(attribute).orElse(otherwise);
  }

  public Optional<Float> number(String attribute) throws RejectedException {
    return attributes.number(attribute);
  }

  public String string(String attribute, String otherwise) throws RejectedException {
    return attributes.string(attribute).orElse(otherwise);
  }

  public Optional<long[]> integers(String attribute) throws RejectedException {
    return attributes.integers(attribute);
  }

  public Optional<float[]> numbers(String attribute) throws RejectedException {
    return attributes.numbers(attribute);
  }

  public Optional<Tensor> tensor(String attribute) throws RejectedException {
    var found = attributes.tensor(attribute);
    return found.isPresent() ? Optional.of(tensors.read(found.get().getT())) : Optional.empty();
  }

  public boolean hasAttribute(String name) {
    return attributes.has(name);
  }

  /** Exactly {@code count} numbers, each at least {@code min}; all {@code otherwise} by default. */
  public List<Integer> integerList(String attribute, int count, int min, int otherwise)
      throws RejectedException {
    long[] values = new long[count];
    Arrays.fill(values, otherwise);
    values = integers(attribute).orElse(values);
    List<Integer> list = new ArrayList<>();
    for (long v : values) {
      if (v < min || v > Integer.MAX_VALUE) {
        throw RejectedException.of("attribute %s is %s", attribute, Arrays.toString(values));
      }
      list.add((int) v);
    }
    if (list.size() != count) {
      throw RejectedException.of(
          "attribute %s is %s, %d numbers are needed", attribute, list, count);
    }
    return list;
  }

  /** {@code axis} of a tensor of this rank, counted from the front. */
  public static int axis(long axis, int rank) throws RejectedException {
    if (axis < -rank || axis >= rank) {
      throw RejectedException.of("axis %d does not exist in %d dimensions", axis, rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Whether output {@code i} is read by a node or is one of the model's. */
  public boolean outputUsed(int i) {
    return i < proto.getOutputCount() && readValues.contains(proto.getOutput(i));
  }

  public int outputCount() {
    return proto.getOutputCount();
  }

  /**
   * @throws RejectedException if an output after the first is read
   */
  public void requireSingleOutput() throws RejectedException {
    for (int i = 1; i < outputCount(); i++) {
      if (outputUsed(i)) {
        throw RejectedException.of("its output \"%s\" is read", proto.getOutput(i));
      }
    }
  }

  /** The result of {@code op}, whose shape follows from the operator; folded if it can be. */
  public Value emit(Op op, Value... operands) throws RejectedException {
    return translation.emit(label, op, List.of(operands));
  }

  /** The result of {@code op} where that leaves the shape open; folded if it can be. */
  public Value emit(Op op, Shape shape, Value... operands) throws RejectedException {
    return translation.emit(label, op, shape, List.of(operands));
  }

  /** {@code x} under another shape of as many elements. */
  public Value reshape(Value x, Shape shape) throws RejectedException {
    if (x.shape().equals(shape)) {
      return x;
    }
    if (x.shape().elements() != shape.elements()) {
      throw RejectedException.of("%s cannot be reshaped to %s", x.shape(), shape);
    }
    return emit(new Op.Reshape(), shape, x);
  }

  /** A constant that this node's translator computed. */
  public Value constant(Tensor tensor) throws RejectedException {
    return translation.constant(tensor);
  }

  /** A constant that the node holds. */
  public Value given(Tensor tensor) {
    return translation.given(tensor);
  }

  /** A FLOAT32 scalar. */
  public Value constant(float value) throws RejectedException {
    return constant(Tensor.ofFloats(new float[] {value}));
  }

  /** Refuses a constant before its memory is taken. */
  public static void checkFoldedSize(long elements, DataType type) throws RejectedException {
    Translation.checkFoldedSize(elements, type);
  }

  /** {@code x} with zeros around it that whoever reads it must add. */
  public Value padded(Value x, List<Integer> before, List<Integer> after, Shape shape) {
    return Value.padded(new Value.Padding(x, before, after, label), shape);
  }

  /** Whether {@code value} is an 8-bit integer that a Quantize makes at run time. */
  public boolean isQuantised(Value value) {
    return translation.quantisation(value).isPresent();
  }

  /** Notes that {@code value}, INT8 here, is UINT8 in the model, 128 more. */
  public void markUnsigned(Value value) {
    translation.markUnsigned(value);
  }

  /** Whether {@code value} is UINT8 in the model. */
  public boolean isUnsigned(Value value) {
    return translation.isUnsigned(value);
  }

  /** Whether something holds, as BOOL, which only a cast can read: {@code numbers} are 1 or 0. */
  public Value truth(Value numbers) {
    return translation.truth(numbers);
  }

  /** The 1 and 0 that {@code value} was made of by {@link #truth}. */
  public Optional<Value> numbers(Value value) {
    return translation.numbers(value);
  }

  /** Says what the node's first output is. */
  public void output(Value value) {
    output(0, value);
  }

  /** Says what output {@code i} is; ignored where the node names none. */
  public void output(int i, Value value) {
    if (i < proto.getOutputCount() && !proto.getOutput(i).isEmpty()) {
      outputs.put(proto.getOutput(i), value);
    }
  }

  Map<String, Value> defined() {
    return outputs;
  }
}
