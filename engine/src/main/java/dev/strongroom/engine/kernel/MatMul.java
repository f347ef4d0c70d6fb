package dev.strongroom.engine.kernel;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;

/**
 * {@link Step.MatMul}. Chooses, by strides, how a batch is multiplied: with vectors along N where
 * rows of b and out are consecutive, with vectors along K where both operands are consecutive
 * there, otherwise one by one. A product whose output is consecutive along M is computed as the
 * transposed product of the transposed operands.
 */
final class MatMul implements Kernel {
  private enum Method {
    ALONG_COLUMNS,
    ALONG_DEPTH,
    ONE_BY_ONE
  }

  private final int outerBatches;
  private final int innerBatches;
  private final long[] outBatch;
  private final long[] aBatch;
  private final long[] bBatch;
  private final long outBase;
  private final long aBase;
  private final long bBase;
  private final Method method;
  private final MatrixProduct product;

  private MatMul(Step.MatMul step, Addresses addresses) {
    this.outerBatches = step.out().dim(0);
    this.innerBatches = step.out().dim(1);
    this.outBase = addresses.of(step.out());
    boolean transposed = bytes(step.out(), 3) != Float.BYTES && bytes(step.out(), 2) == Float.BYTES;
    View a = transposed ? step.b() : step.a();
    View b = transposed ? step.a() : step.b();
    int row = transposed ? 3 : 2;
    int column = transposed ? 2 : 3;
    this.aBase = addresses.of(a);
    this.bBase = addresses.of(b);
    this.outBatch = new long[] {bytes(step.out(), 0), bytes(step.out(), 1)};
    this.aBatch = new long[] {bytes(a, 0), bytes(a, 1)};
    this.bBatch = new long[] {bytes(b, 0), bytes(b, 1)};
    this.product =
        new MatrixProduct(
            step.out().dim(row),
            step.out().dim(column),
            step.a().dim(3),
            bytes(a, row),
            bytes(a, column),
            bytes(b, row),
            bytes(b, column),
            bytes(step.out(), row),
            bytes(step.out(), column),
            step.activation());
    if (product.bColumn() == Float.BYTES && product.outColumn() == Float.BYTES) {
      this.method = Method.ALONG_COLUMNS;
    } else if (product.aDepth() == Float.BYTES && product.bDepth() == Float.BYTES) {
      this.method = Method.ALONG_DEPTH;
    } else {
      this.method = Method.ONE_BY_ONE;
    }
  }

  static MatMul bind(Step.MatMul step, Addresses addresses) {
    return new MatMul(step, addresses);
  }

  private static long bytes(View view, int dimension) {
    return (long) view.stride(dimension) * view.type().bytes();
  }

  @Override
  public void run() {
    for (int i = 0; i < outerBatches; i++) {
      for (int j = 0; j < innerBatches; j++) {
        long out = outBase + i * outBatch[0] + j * outBatch[1];
        long a = aBase + i * aBatch[0] + j * aBatch[1];
        long b = bBase + i * bBatch[0] + j * bBatch[1];
        switch (method) {
          case ALONG_COLUMNS -> product.alongColumns(a, b, out);
          case ALONG_DEPTH -> product.alongDepth(a, b, out);
          case ONE_BY_ONE -> product.oneByOne(a, b, out);
        }
        activate(out);
      }
    }
  }

  private void activate(long out) {
    Activation activation = product.activation();
    if (activation.isNone()) {
      return;
    }
    if (product.outColumn() == Float.BYTES) {
      ActivationLoops.rows(activation, out, product.outRow(), product.rows(), product.columns());
    } else {
      product.activateOneByOne(out);
    }
  }
}
