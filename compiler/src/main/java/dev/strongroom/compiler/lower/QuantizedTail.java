package dev.strongroom.compiler.lower;

import dev.strongroom.graph.DataType;
import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.Activation;
import dev.strongroom.program.Saturation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows a value that is computed only to be quantised: functions of one element, then the
 * quantisation. A step that computes the value may do all of it and write integers.
 *
 * @param functions in their order
 * @param quantize the node at the end
 */
record QuantizedTail(List<Node> functions, Node quantize, float scale, int zeroPoint) {

  /** What follows {@code value}, if nothing else needs it or what comes between. */
  static Optional<QuantizedTail> of(Lowering lowering, String value)
      throws UnsupportedNodeException {
    List<Node> functions = new ArrayList<>();
    String at = value;
    while (lowering.soleConsumer(at) instanceof Node next) {
      if (next.op() instanceof Op.Unary) {
        functions.add(next);
        at = next.output();
      } else if (next.op() instanceof Op.Quantize && next.inputs().getFirst().equals(at)) {
        return Optional.of(
            new QuantizedTail(functions, next, scale(lowering, next), zeroPoint(lowering, next)));
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The one scale that a node which (de)quantises activations has. */
  static float scale(Lowering lowering, Node node) throws UnsupportedNodeException {
    Tensor scale = lowering.anyConstant(node.inputs().get(1));
    if (scale.dataType() != DataType.FLOAT32 || scale.shape().elements() != 1) {
      throw new UnsupportedNodeException(
          "has scales %s; activations have one scale each".formatted(scale.type()));
    }
    float value = scale.data().getFloat();
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new UnsupportedNodeException("has scale " + value + ", which is not above 0");
    }
    return value;
  }

  /** Its zero point. */
  static int zeroPoint(Lowering lowering, Node node) throws UnsupportedNodeException {
    Tensor zero = lowering.anyConstant(node.inputs().get(2));
    if (zero.dataType() != DataType.INT8 || zero.shape().elements() != 1) {
      throw new UnsupportedNodeException(
          "has zero points %s; activations are int8 with one zero point".formatted(zero.type()));
    }
    return zero.data().get();
  }

  /** The value of integers that the steps after this read. */
  String output() {
    return quantize.output();
  }

  /** Takes all of it over into the step that computes the value. */
  void absorb(Lowering lowering) {
    functions.forEach(lowering::absorb);
    lowering.absorb(quantize);
  }

  /**
   * {@code activation}, which comes before the rounding, as a range, if it is one: bounds may be
   * rounded first since rounding keeps the order.
   */
  Optional<Saturation> range(Activation activation) {
    if (activation.scale() != 1 || activation.shift() != 0) {
      return Optional.empty();
    }
    Saturation all = Saturation.of(zeroPoint);
    return switch (activation.function()) {
      case IDENTITY -> Optional.of(all);
      case RELU -> Optional.of(new Saturation(zeroPoint, zeroPoint, Byte.MAX_VALUE));
      case CLIP -> {
        int lowest = all.apply(activation.alpha() / scale);
        int highest = all.apply(activation.beta() / scale);
        yield lowest <= highest
            ? Optional.of(new Saturation(zeroPoint, lowest, highest))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  /** The range, if the functions come to no more than that. */
  Optional<Saturation> range(Lowering lowering, String value) throws UnsupportedNodeException {
    Lowering.Epilogue epilogue = lowering.following(value);
    return epilogue.nodes().equals(functions) ? range(epilogue.activation()) : Optional.empty();
  }
}
