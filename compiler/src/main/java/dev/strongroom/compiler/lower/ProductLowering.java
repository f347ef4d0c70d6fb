package dev.strongroom.compiler.lower;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.graph.Tensor;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** Matrix products: with constant weights they are pointwise convolutions over rows. */
final class ProductLowering {
  private ProductLowering() {}

  static void matMul(Lowering lowering, Node node) throws UnsupportedNodeException {
    String a = node.inputs().get(0);
    String b = node.inputs().get(1);
    int[] right = lowering.shape(b);
    if (right.length < 2 || lowering.shape(a).length < 2) {
      throw new UnsupportedNodeException(
          "multiplies shapes %s and %s; both need two dimensions or more"
              .formatted(Arrays.toString(lowering.shape(a)), Arrays.toString(right)));
    }
    int k = right[right.length - 2];
    int n = right[right.length - 1];
    boolean oneMatrix = lowering.isConstant(b) && Math.multiplyExact(k, n) == elements(right);
    if (oneMatrix) {
      dense(lowering, node, a, b, n);
    } else {
      product(lowering, node);
    }
  }

  private static long elements(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** Rows times a constant matrix, with a bias if one is added right after. */
  private static void dense(Lowering lowering, Node node, String input, String matrix, int n)
      throws UnsupportedNodeException {
    WeightPacking.PerChannel bias = channel -> 0;
    String withBias = "product " + matrix;
    String value = node.output();
    Node next = lowering.soleConsumer(value);
    if (next != null && next.op() instanceof Op.Binary(Op.Binary.Kind kind)) {
      int side = next.inputs().indexOf(value) == 0 ? 1 : 0;
      String summand = next.inputs().get(side);
      if (kind == Op.Binary.Kind.ADD
          && lowering.isConstant(summand)
          && isRow(lowering.shape(summand), n)
          && Arrays.equals(lowering.shape(next.output()), lowering.shape(value))) {
        FloatBuffer values = lowering.constant(summand).data().asFloatBuffer();
        bias = values::get;
        withBias += " + " + summand;
        value = next.output();
        lowering.absorb(next);
      }
    }
    if (QuantizedConvolution.product(
        lowering, node, input, false, matrix, false, 1, value, withBias, bias)) {
      return;
    }
    FloatBuffer w = lowering.constant(matrix).data().asFloatBuffer();
    WeightPacking.ConvolutionWeight weight = (oc, ky, kx, c) -> w.get(c * n + oc);
    rows(lowering, node, lowering.operand(input), n, value, withBias, weight, bias);
  }

  private static boolean isRow(int[] shape, int n) {
    return shape.length > 0 && shape[shape.length - 1] == n && elements(shape) == n;
  }

  private static void rows(
      Lowering lowering,
      Node node,
      Region a,
      int n,
      String value,
      String source,
      WeightPacking.ConvolutionWeight weight,
      WeightPacking.PerChannel bias)
      throws UnsupportedNodeException {
    int[] asImage = ShapeLowering.toRank(a.shape(), 4);
    Region rows =
        a.reshape(asImage)
            .filter(r -> r.stride(3) == 1)
            .orElseGet(
                () -> lowering.copy(node.name() + "/rows", a).reshape(asImage).orElseThrow());
    Lowering.Epilogue epilogue = lowering.epilogue(value);
    int[] shape = a.shape();
    shape[shape.length - 1] = n;
    Region y = lowering.newTensor(epilogue.output(), shape);
    Region image = y.reshape(asImage[0], asImage[1], asImage[2], n).orElseThrow();
    ConvolutionLowering.emitTiled(
        lowering,
        new ConvolutionLowering.Dense(
            node.name(),
            source,
            rows,
            image,
            Window2d.POINTWISE,
            epilogue.activation(),
            weight,
            bias));
    lowering.define(epilogue.output(), y);
  }

  static void gemm(Lowering lowering, Node node, Op.Gemm gemm) throws UnsupportedNodeException {
    Tensor b = lowering.constant(node.inputs().get(1));
    int n = b.shape().dim(gemm.transposeB() ? 0 : 1);
    int k = b.shape().dim(gemm.transposeB() ? 1 : 0);
    FloatBuffer w = b.data().asFloatBuffer();
    WeightPacking.ConvolutionWeight weight =
        gemm.transposeB()
            ? (oc, ky, kx, c) -> gemm.alpha() * w.get(oc * k + c)
            : (oc, ky, kx, c) -> gemm.alpha() * w.get(c * n + oc);
    WeightPacking.PerChannel bias = channel -> 0;
    if (node.inputs().size() > 2) {
      String c = node.inputs().get(2);
      int[] shape = lowering.shape(c);
      if (elements(shape) != 1 && !isRow(shape, n)) {
        throw new UnsupportedNodeException(
            "adds a matrix %s, not one row".formatted(Arrays.toString(shape)));
      }
      FloatBuffer values = lowering.constant(c).data().asFloatBuffer();
      bias =
          values.remaining() == 1
              ? channel -> gemm.beta() * values.get(0)
              : channel -> gemm.beta() * values.get(channel);
    }
    String source =
        "gemm %s %s"
            .formatted(
                ConvolutionLowering.source(node),
                List.of(gemm.alpha(), gemm.beta(), gemm.transposeB()));
    String input = node.inputs().get(0);
    if (QuantizedConvolution.product(
        lowering,
        node,
        input,
        gemm.transposeA(),
        node.inputs().get(1),
        gemm.transposeB(),
        gemm.alpha(),
        node.output(),
        source,
        bias)) {
      return;
    }
    Region a = lowering.operand(input);
    rows(
        lowering,
        node,
        gemm.transposeA() ? a.permute(1, 0) : a,
        n,
        node.output(),
        source,
        weight,
        bias);
  }

  /**
   * Rows from which on it pays to copy the other operand of a product so that columns follow one
   * another: vectors then run along columns, and no sums across a vector's lanes are needed.
   */
  private static final int ROWS_WORTH_A_COPY = 16;

  /** Product of two activations. */
  private static void product(Lowering lowering, Node node) throws UnsupportedNodeException {
    int[] shape = lowering.shape(node.output());
    int m = shape[shape.length - 2];
    int n = shape[shape.length - 1];
    Region a = lowering.operand(node.inputs().get(0));
    Region b = lowering.operand(node.inputs().get(1));
    int k = a.dim(a.rank() - 1);
    Region batchedA = batched(lowering, node, a, shape, m, k);
    Region batchedB = batched(lowering, node, b, shape, k, n);
    if (m >= ROWS_WORTH_A_COPY && batchedB.stride(3) != 1) {
      batchedB = lowering.copy(node.name() + "/columns", batchedB);
    }
    Lowering.Epilogue epilogue = lowering.epilogue(node.output());
    Region y = lowering.newTensor(epilogue.output(), shape);
    Region batchedY = y.reshape(ShapeLowering.toRank(shape, 4)).orElseThrow();
    lowering.emit(
        new Draft(
            node.name(),
            List.of(batchedA, batchedB),
            batchedY,
            y.elements() * k,
            Draft.Aliasing.NONE,
            (reads, write) ->
                new Step.MatMul(reads.get(0), reads.get(1), write, epilogue.activation())));
    lowering.define(epilogue.output(), y);
  }

  /** An operand as [B0, B1, rows, columns], broadcast to the batch dimensions of {@code shape}. */
  private static Region batched(
      Lowering lowering, Node node, Region operand, int[] shape, int rows, int columns) {
    int[] full = shape.clone();
    full[full.length - 2] = rows;
    full[full.length - 1] = columns;
    Region broadcast = operand.broadcast(full);
    int[] flat = ShapeLowering.toRank(full, 4);
    return broadcast
        .reshape(flat)
        .orElseGet(
            () -> lowering.copy(node.name() + "/batches", broadcast).reshape(flat).orElseThrow());
  }
}
