package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import dev.strongroom.graph.TypeInference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The operators made so far. What depends on constants alone is computed at once and becomes a
 * constant, within limits on memory and work that no honest model meets.
 *
 * <p>Values that are 8-bit integers at run time exist between a Quantize and the Dequantize that
 * reads it, and nowhere else: what a model does to the integers themselves is done to the numbers
 * they stand for. Integer weights become constants like others, but products read them through a
 * Dequantize, so that whoever compiles the graph still finds the integers.
 */
final class Translation {
  /** An operator on its way into the graph. */
  record Emission(Op op, List<Value> inputs, Value output, String node) {}

  /** A folded constant is no larger than this, or than what it was made of. */
  private static final long MAX_FOLDED_BYTES = 64L << 20;

  /** Element visits and multiplications in all folding: seconds, not hours. */
  private static final long MAX_WORK = 4_000_000_000L;

  private final List<Emission> emissions = new ArrayList<>();

  /** The Quantize behind each value that is INT8 at run time. */
  private final Map<Value, Emission> quantised = new HashMap<>();

  /** Of those, the ones that are UINT8 in the model. */
  private final Set<Value> unsigned = new HashSet<>();

  /** Of values that are BOOL: the same as FLOAT32, 1 and 0. */
  private final Map<Value, Value> truths = new HashMap<>();

  /** The Dequantize that made a constant of a constant. */
  private final Map<Value, Emission> stored = new HashMap<>();

  /** The results of those that had to be emitted after all. */
  private final Map<Value, Value> unfolded = new HashMap<>();

  private long foldedBytesLeft = 4 * MAX_FOLDED_BYTES;
  private long workLeft = MAX_WORK;

  List<Emission> emissions() {
    return emissions;
  }

  /** The result of {@code op}, whose shape follows from the operator. */
  Value emit(String node, Op op, List<Value> inputs) throws RejectedException {
    Shape shape;
    try {
      shape = ShapeInference.infer(op, inputs.stream().map(Value::shape).toList());
    } catch (IllegalArgumentException e) {
      throw new RejectedException(String.valueOf(e.getMessage()));
    }
    return emit(node, op, shape, inputs);
  }

  /** The result of {@code op}, of a shape that the caller has made sure of. */
  Value emit(String node, Op op, Shape shape, List<Value> inputs) throws RejectedException {
    for (Value v : inputs) {
      if (v.padding().isPresent()) {
        throw RejectedException.of(
            "it reads the result of Pad \"%s\", which only a convolution or a pooling can take over",
            v.padding().orElseThrow().node());
      }
      if (truths.containsKey(v)) {
        throw new RejectedException("it reads a BOOL known only at run time, as only Cast can");
      }
    }
    Optional<Emission> quantise = quantisation(inputs.getFirst());
    if (quantise.isPresent() && !(op instanceof Op.Dequantize)) {
      return requantised(node, op, shape, inputs, quantise.get());
    }
    TensorType result = new TensorType(type(op, inputs), shape);
    long bytes = bytes(result);
    if (inputs.stream().allMatch(v -> v.constant().isPresent())) {
      return fold(node, op, inputs, result);
    }
    if (!computable(result.dataType()) && !(op instanceof Op.Quantize)) {
      throw RejectedException.of(
          "its result, known only at run time, is %s, where only float32, int32 and int64 are"
              + " supported",
          result.dataType());
    }
    if (bytes == 0) {
      throw RejectedException.of("its result %s has no elements", shape);
    }
    List<Value> operands = new ArrayList<>();
    for (Value v : inputs) {
      operands.add(isProduct(op) ? unfolded(v) : v);
    }
    Value output = Value.computed(result);
    Emission emission = new Emission(op, List.copyOf(operands), output, node);
    emissions.add(emission);
    if (op instanceof Op.Quantize) {
      quantised.put(output, emission);
    }
    return output;
  }

  private static DataType type(Op op, List<Value> inputs) throws RejectedException {
    try {
      return TypeInference.infer(op, inputs.stream().map(Value::dataType).toList());
    } catch (IllegalArgumentException e) {
      throw new RejectedException(String.valueOf(e.getMessage()));
    }
  }

  private Value fold(String node, Op op, List<Value> inputs, TensorType result)
      throws RejectedException {
    List<Tensor> operands = inputs.stream().map(v -> v.constant().orElseThrow()).toList();
    charge(op, result, operands);
    Value constant = Value.constant(Interpreter.evaluate(op, operands, result));
    if (op instanceof Op.Dequantize) {
      stored.put(constant, new Emission(op, List.copyOf(inputs), constant, node));
    } else if (stored.containsKey(inputs.getFirst())) {
      Optional<Emission> moved = StoredConstants.move(stored.get(inputs.getFirst()), op, constant);
      moved.ifPresent(m -> stored.put(constant, m));
    }
    return constant;
  }

  /** A dequantised constant as a value that is dequantised at run time; others as they are. */
  private Value unfolded(Value value) {
    Emission dequantise = stored.get(value);
    if (dequantise == null) {
      return value;
    }
    return unfolded.computeIfAbsent(
        value,
        v -> {
          Value output = Value.computed(v.type());
          emissions.add(
              new Emission(dequantise.op(), dequantise.inputs(), output, dequantise.node()));
          return output;
        });
  }

  private static boolean isProduct(Op op) {
    return op instanceof Op.Conv
        || op instanceof Op.ConvTranspose
        || op instanceof Op.MatMul
        || op instanceof Op.Gemm;
  }

  /** The Quantize that made {@code value}, if one did so at run time. */
  Optional<Emission> quantisation(Value value) {
    return Optional.ofNullable(quantised.get(value));
  }

  /** Notes that {@code value}, INT8 here, is UINT8 in the model. */
  void markUnsigned(Value value) {
    unsigned.add(value);
  }

  /** Whether {@code value} is UINT8 in the model. */
  boolean isUnsigned(Value value) {
    return unsigned.contains(value) || value.dataType() == DataType.UINT8;
  }

  /** Whether something holds, as BOOL, which only a cast can read: {@code numbers} are 1 or 0. */
  Value truth(Value numbers) {
    Value truth = Value.computed(new TensorType(DataType.BOOL, numbers.shape()));
    truths.put(truth, numbers);
    return truth;
  }

  /** The 1 and 0 that {@code value} was made of by {@link #truth}. */
  Optional<Value> numbers(Value value) {
    return Optional.ofNullable(truths.get(value));
  }

  /**
   * An operator that moves or chooses among integers of one scale: the same done to the numbers
   * that they stand for, which quantise to the same integers again.
   */
  private Value requantised(String node, Op op, Shape shape, List<Value> inputs, Emission quantise)
      throws RejectedException {
    boolean chooses = op instanceof Op.Pool pool && pool.kind() == Op.Pool.Kind.MAX;
    Op.Quantize quantisation = (Op.Quantize) quantise.op();
    Value scale = quantise.inputs().get(1);
    Value zero = quantise.inputs().get(2);
    boolean alike = quantisation.axis() == -1;
    for (Value v : inputs) {
      Optional<Emission> other = quantisation(v);
      alike &=
          other.isPresent()
              && StoredConstants.same(scale, other.get().inputs().get(1))
              && StoredConstants.same(zero, other.get().inputs().get(2))
              && isUnsigned(v) == isUnsigned(inputs.getFirst());
    }
    if (!alike || !(chooses || TypeInference.movesOnly(op))) {
      throw new RejectedException(
          "it works on 8-bit integers at run time, which is supported for what moves elements of"
              + " one scale only");
    }
    List<Value> numbers = new ArrayList<>();
    for (Value v : inputs) {
      numbers.add(emit(node, new Op.Dequantize(-1), v.shape(), List.of(v, scale, zero)));
    }
    Value moved = emit(node, op, shape, numbers);
    Value result = emit(node, new Op.Quantize(-1), shape, List.of(moved, scale, zero));
    if (isUnsigned(inputs.getFirst())) {
      markUnsigned(result);
    }
    return result;
  }

  /** A constant that the model brings; the more it brings, the more may be made of it. */
  Value given(Tensor tensor) {
    foldedBytesLeft += 4L * tensor.data().remaining();
    return Value.constant(tensor);
  }

  /** A constant that a translator has computed by itself. */
  Value constant(Tensor tensor) throws RejectedException {
    charge(tensor.shape().elements(), tensor.data().remaining());
    return Value.constant(tensor);
  }

  /**
   * Refuses a constant before it is computed.
   *
   * @throws RejectedException if {@code elements} of {@code type} exceed what folding may make
   */
  static void checkFoldedSize(long elements, DataType type) throws RejectedException {
    if (elements > MAX_FOLDED_BYTES / type.bytes()) {
      throw RejectedException.of(
          "its result, known before run time, has %d elements of %s, more than %d MiB",
          elements, type, MAX_FOLDED_BYTES >> 20);
    }
  }

  private void charge(Op op, TensorType result, List<Tensor> operands) throws RejectedException {
    long bytes = bytes(result);
    long work = result.shape().elements();
    long read = 0;
    for (Tensor t : operands) {
      work += t.shape().elements();
      read += t.data().remaining();
    }
    if (bytes > Math.max(MAX_FOLDED_BYTES, read)) {
      checkFoldedSize(result.shape().elements(), result.dataType());
    }
    work += multiplications(op, operands, result.shape());
    charge(work, op instanceof Op.Reshape ? 0 : bytes);
  }

  private static long multiplications(Op op, List<Tensor> operands, Shape out)
      throws RejectedException {
    try {
      if (op instanceof Op.Pool pool) {
        long taps = (long) pool.kernel().get(0) * pool.kernel().get(1);
        return Math.multiplyExact(out.elements(), taps);
      }
      return Macs.of(op, operands.stream().map(Tensor::shape).toList(), out);
    } catch (ArithmeticException e) {
      throw new RejectedException("it is too large to be computed before run time");
    }
  }

  private void charge(long work, long bytes) throws RejectedException {
    workLeft -= work;
    foldedBytesLeft -= bytes;
    if (workLeft < 0 || foldedBytesLeft < 0) {
      throw new RejectedException(
          "the model computes too much from constants to be evaluated before run time");
    }
  }

  private static long bytes(TensorType type) throws RejectedException {
    try {
      long bytes = Math.multiplyExact(type.shape().elements(), type.dataType().bytes());
      if (bytes <= Integer.MAX_VALUE) {
        return bytes;
      }
    } catch (ArithmeticException e) {
      // Said below, together with what merely exceeds the limit.
    }
    throw RejectedException.of("its result %s exceeds 2 GiB", type.shape());
  }

  /** Whether elements of {@code type} may be known only at run time. */
  private static boolean computable(DataType type) {
    return switch (type) {
      case FLOAT32, INT32, INT64 -> true;
      case FLOAT16, FLOAT64, INT8, UINT8, BOOL -> false;
    };
  }
}
