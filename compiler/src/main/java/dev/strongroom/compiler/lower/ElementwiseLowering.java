package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Element-wise functions, reductions and normalisations. */
final class ElementwiseLowering {
  private ElementwiseLowering() {}

  /** {@code unary} as the last thing a step does, its parameters rounded once. */
  static Activation activation(Op.Unary unary) throws UnsupportedNodeException {
    float alpha = (float) unary.alpha();
    float beta = (float) unary.beta();
    return switch (unary.function()) {
      case RELU -> Activation.of(Activation.Function.RELU);
      // A bound that is missing is infinite in a model, and the largest number in a Program.
      case CLIP ->
          Activation.of(
              Activation.Function.CLIP,
              Math.max(alpha, -Float.MAX_VALUE),
              Math.min(beta, Float.MAX_VALUE));
      case HARD_SIGMOID -> Activation.of(Activation.Function.HARD_SIGMOID, alpha, beta);
      case HARD_SWISH -> hardSwish(unary.alpha(), unary.beta());
      case SIGMOID -> Activation.of(Activation.Function.SIGMOID);
      case SWISH -> Activation.of(Activation.Function.SWISH, alpha, 0);
      case TANH -> Activation.of(Activation.Function.TANH);
      case ERF -> Activation.of(Activation.Function.ERF);
      case GELU -> Activation.of(Activation.Function.GELU);
      case LEAKY_RELU -> Activation.of(Activation.Function.LEAKY_RELU, alpha, 0);
      case EXP -> Activation.of(Activation.Function.EXP);
      case LOG -> Activation.of(Activation.Function.LOG);
      case SIN -> Activation.of(Activation.Function.SIN);
      case COS -> Activation.of(Activation.Function.COS);
      case SQRT -> Activation.of(Activation.Function.SQRT);
      case RECIPROCAL -> Activation.of(Activation.Function.RECIPROCAL);
      case ABS -> Activation.of(Activation.Function.ABS);
      case AFFINE -> new Activation(Activation.Function.IDENTITY, 0, 0, alpha, beta);
    };
  }

  /**
   * x * clip(a * x + b, 0, 1) as x * clip(x + b / a, 0, 1 / a) / (1 / a): the usual 1/6 is no
   * float, and its error would bend every layer the same way, while 3 and 6 are exact.
   */
  private static Activation hardSwish(double a, double b) throws UnsupportedNodeException {
    if (!(a > 0)) {
      throw new UnsupportedNodeException("a hard-swish of slope " + a + " is not built");
    }
    return Activation.of(Activation.Function.HARD_SWISH, (float) (b / a), (float) (1 / a));
  }

  /** {@code activation}, unless a parameter is not finite: no Program holds such a one. */
  static Activation finite(Activation activation) throws UnsupportedNodeException {
    if (Float.isFinite(activation.alpha())
        && Float.isFinite(activation.beta())
        && Float.isFinite(activation.scale())
        && Float.isFinite(activation.shift())) {
      return activation;
    }
    throw new UnsupportedNodeException("a parameter is not finite: " + activation);
  }

  static void unary(Lowering lowering, Node node, Op.Unary unary) throws UnsupportedNodeException {
    if (QuantizedLowering.unary(lowering, node)) {
      return;
    }
    Region x = lowering.operand(node.inputs().getFirst());
    Region y = lowering.newTensor(node.output(), x.shape(), x.memoryOrder());
    int[] order = y.memoryOrder();
    Activation activation = finite(activation(unary));
    lowering.emit(
        new Draft(
            node.name(),
            List.of(x.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) -> new Step.Unary(reads.get(0), write, activation)));
    lowering.define(node.output(), y);
  }

  static void binary(Lowering lowering, Node node, Op.Binary binary)
      throws UnsupportedNodeException {
    if (QuantizedLowering.binary(lowering, node, binary) || ontoEnlarged(lowering, node, binary)) {
      return;
    }
    int[] shape = lowering.shape(node.output());
    Region a = lowering.operand(node.inputs().get(0));
    Region b = lowering.operand(node.inputs().get(1));
    boolean likeA = a.elements() >= b.elements() && a.storage() instanceof Storage.Buffer;
    Lowering.Epilogue epilogue = lowering.epilogue(node.output());
    Region fullA = a.broadcast(shape);
    Region fullB = b.broadcast(shape);
    int[] order = (likeA ? fullA : fullB).memoryOrder();
    Region y = lowering.newTensor(epilogue.output(), shape, order);
    lowering.emit(
        new Draft(
            node.name(),
            List.of(fullA.permute(order), fullB.permute(order)),
            y.permute(order),
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) ->
                new Step.Binary(
                    kind(binary), reads.get(0), reads.get(1), write, epilogue.activation())));
    lowering.define(epilogue.output(), y);
  }

  /** Combines a tensor with one that is enlarged, without writing the enlarged one out. */
  private static boolean ontoEnlarged(Lowering lowering, Node node, Op.Binary binary)
      throws UnsupportedNodeException {
    for (int side = 0; side < 2; side++) {
      Optional<Enlarged> enlarged = lowering.unwritten(node.inputs().get(side));
      String value = node.inputs().get(1 - side);
      if (enlarged.isEmpty()
          || lowering.isConstant(value)
          || lowering.unwritten(value).isPresent()
          || !Arrays.equals(lowering.shape(value), enlarged.get().shape())) {
        continue;
      }
      Region other = lowering.operand(value);
      Optional<Region> split = enlarged.get().split(other);
      if (split.isEmpty() || !Arrays.equals(other.memoryOrder(), enlarged.get().order())) {
        continue;
      }
      Lowering.Epilogue epilogue = lowering.epilogue(node.output());
      Region y = lowering.newTensor(epilogue.output(), other.shape(), other.memoryOrder());
      Region repeated = enlarged.get().repeated();
      lowering.emit(
          new Draft(
              node.name(),
              side == 0 ? List.of(repeated, split.get()) : List.of(split.get(), repeated),
              enlarged.get().split(y).orElseThrow(),
              0,
              Draft.Aliasing.MAY_OVERWRITE,
              (reads, write) ->
                  new Step.Binary(
                      kind(binary), reads.get(0), reads.get(1), write, epilogue.activation())));
      lowering.define(epilogue.output(), y);
      return true;
    }
    return false;
  }

  private static Step.Binary.Kind kind(Op.Binary binary) {
    return switch (binary.kind()) {
      case ADD -> Step.Binary.Kind.ADD;
      case SUB -> Step.Binary.Kind.SUB;
      case MUL -> Step.Binary.Kind.MUL;
      case DIV -> Step.Binary.Kind.DIV;
      case MIN -> Step.Binary.Kind.MIN;
      case MAX -> Step.Binary.Kind.MAX;
      case POW -> Step.Binary.Kind.POW;
      case EQUAL -> Step.Binary.Kind.EQUAL;
    };
  }

  static void reduce(Lowering lowering, Node node, Op.Reduce reduce)
      throws UnsupportedNodeException {
    if (QuantizedLowering.mean(lowering, node, reduce)) {
      return;
    }
    Region x = lowering.operand(node.inputs().getFirst());
    int[] kept = x.shape();
    reduce.axes().forEach(axis -> kept[axis] = 1);
    Lowering.Epilogue epilogue = lowering.epilogue(node.output());
    Region y = lowering.newTensor(epilogue.output(), kept, x.memoryOrder());
    Step.Reduce.Kind kind =
        switch (reduce.kind()) {
          case SUM -> Step.Reduce.Kind.SUM;
          case MEAN -> Step.Reduce.Kind.MEAN;
          case MAX -> Step.Reduce.Kind.MAX;
          case MIN -> Step.Reduce.Kind.MIN;
        };
    lowering.emit(
        new Draft(
            node.name(),
            List.of(x),
            y,
            0,
            Draft.Aliasing.NONE,
            (reads, write) -> new Step.Reduce(kind, reads.get(0), write, epilogue.activation())));
    // Dimensions of size 1 come and go without moving an element.
    lowering.define(epilogue.output(), y.reshape(lowering.shape(epilogue.output())).orElseThrow());
  }

  static void softmax(Lowering lowering, Node node, Op.Softmax softmax) {
    Region x = lowering.operand(node.inputs().getFirst());
    int[] order = withLast(x.memoryOrder(), softmax.axis());
    Region rows = lowering.lastContiguous(node.name(), x.permute(order));
    Region y = lowering.newTensor(node.output(), rows.shape());
    lowering.emit(
        new Draft(
            node.name(),
            List.of(rows),
            y,
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) -> new Step.Softmax(reads.get(0), write)));
    lowering.define(node.output(), y.permute(Lowering.inverse(order)));
  }

  /** {@code order} with {@code axis} moved to its end. */
  private static int[] withLast(int[] order, int axis) {
    return IntStream.concat(IntStream.of(order).filter(i -> i != axis), IntStream.of(axis))
        .toArray();
  }

  static void layerNorm(Lowering lowering, Node node, Op.LayerNorm norm)
      throws UnsupportedNodeException {
    Region x = lowering.operand(node.inputs().get(0));
    int[] shape = x.shape();
    int[] rowsShape = new int[norm.axis() + 1];
    int width = 1;
    for (int i = 0; i < shape.length; i++) {
      if (i < norm.axis()) {
        rowsShape[i] = shape[i];
      } else {
        width *= shape[i];
      }
    }
    rowsShape[norm.axis()] = width;
    Region rows =
        x.reshape(rowsShape)
            .filter(r -> r.stride(r.rank() - 1) == 1)
            .orElseGet(
                () -> lowering.copy(node.name() + "/rows", x).reshape(rowsShape).orElseThrow());
    if (!Float.isFinite(norm.epsilon()) || norm.epsilon() < 0) {
      throw new UnsupportedNodeException(
          "epsilon must be finite and not negative: " + norm.epsilon());
    }
    Tensor gamma = lowering.constant(node.inputs().get(1));
    Tensor beta =
        node.inputs().size() > 2
            ? lowering.constant(node.inputs().get(2))
            : Tensor.ofFloats(new float[width], width);
    Region parameters =
        lowering.packed(
            "norm " + ConvolutionLowering.source(node),
            () ->
                WeightPacking.rows(
                    PieceNames.role(node.name()),
                    gamma.data().asFloatBuffer(),
                    beta.data().asFloatBuffer()));
    Region y = lowering.newTensor(node.output(), rows.shape());
    lowering.emit(
        new Draft(
            node.name(),
            List.of(rows, parameters),
            y,
            0,
            Draft.Aliasing.MAY_OVERWRITE,
            (reads, write) ->
                new Step.LayerNorm(reads.get(0), reads.get(1), write, norm.epsilon())));
    lowering.define(node.output(), y.reshape(shape).orElseThrow());
  }
}
