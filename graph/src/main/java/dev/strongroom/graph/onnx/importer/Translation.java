package dev.strongroom.graph.onnx.importer;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Interpreter;
import dev.strongroom.graph.Macs;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.ShapeInference;
import dev.strongroom.graph.Tensor;
import dev.strongroom.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The operators made so far. What depends on constants alone is computed at once and becomes a
 * constant, within limits on memory and work that no honest model meets.
 */
final class Translation {
  /** An operator on its way into the graph. */
  record Emission(Op op, List<Value> inputs, Value output, String node) {}

  /** A folded constant is no larger than this, or than what it was made of. */
  private static final long MAX_FOLDED_BYTES = 64L << 20;

  /** Element visits and multiplications in all folding: seconds, not hours. */
  private static final long MAX_WORK = 4_000_000_000L;

  private final List<Emission> emissions = new ArrayList<>();
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
    }
    DataType type = resultType(op, inputs);
    TensorType result = new TensorType(type, shape);
    long bytes = bytes(result);
    if (inputs.stream().allMatch(v -> v.constant().isPresent())) {
      List<Tensor> operands = inputs.stream().map(v -> v.constant().orElseThrow()).toList();
      charge(op, result, operands);
      return Value.constant(Interpreter.evaluate(op, operands, result));
    }
    if (!computable(type)) {
      throw RejectedException.of(
          "its result, known only at run time, is %s, where only float32, int32 and int64 are"
              + " supported",
          type);
    }
    if (bytes == 0) {
      throw RejectedException.of("its result %s has no elements", shape);
    }
    Value output = Value.computed(result);
    emissions.add(new Emission(op, List.copyOf(inputs), output, node));
    return output;
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

  /** The element type of {@code op}'s result. */
  private static DataType resultType(Op op, List<Value> inputs) throws RejectedException {
    DataType type = inputs.getFirst().dataType();
    if (op instanceof Op.Cast(DataType to)) {
      return to;
    }
    if (op instanceof Op.Gather) {
      DataType ids = inputs.get(1).dataType();
      if (ids != DataType.INT32 && ids != DataType.INT64) {
        throw RejectedException.of("its indices are %s where int32 or int64 is needed", ids);
      }
      return type;
    }
    for (Value v : inputs) {
      if (v.dataType() != type) {
        throw RejectedException.of("it mixes element types %s and %s", type, v.dataType());
      }
    }
    if (type != DataType.FLOAT32 && !movesOnly(op)) {
      throw RejectedException.of("it computes on %s, which is not supported", type);
    }
    return type;
  }

  /** Whether elements of {@code type} may be known only at run time. */
  private static boolean computable(DataType type) {
    return switch (type) {
      case FLOAT32, INT32, INT64 -> true;
      case FLOAT16, FLOAT64, INT8, UINT8, BOOL -> false;
    };
  }

  private static boolean movesOnly(Op op) {
    return switch (op) {
      case Op.Concat _, Op.Slice _, Op.Transpose _, Op.Reshape _, Op.Upsample _, Op.Expand _ ->
          true;
      default -> false;
    };
  }
}
