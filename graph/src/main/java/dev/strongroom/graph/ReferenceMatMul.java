package dev.strongroom.graph;

import java.util.Arrays;
import java.util.List;

/** Matrix products, by their definition. */
final class ReferenceMatMul {
  private ReferenceMatMul() {}

  static Tensor matMul(Tensor a, Tensor b, Shape out) {
    float[] x = a.floats();
    float[] y = b.floats();
    float[] z = new float[Math.toIntExact(out.elements())];
    int m = a.shape().dim(-2);
    int k = a.shape().dim(-1);
    int n = b.shape().dim(-1);
    Shape batch = Shape.of(Arrays.copyOf(out.dims(), out.rank() - 2));
    Strides.forEach(
        batch.dims(),
        batchStrides(a.shape(), batch),
        0,
        batchStrides(b.shape(), batch),
        (i, ia, ib) -> product(x, ia * m * k, y, ib * k * n, z, i * m * n, m, k, n));
    return Tensor.ofFloats(z, out.dims());
  }

  /** Strides over the leading dimensions, counted in matrices. */
  private static int[] batchStrides(Shape shape, Shape batch) {
    return Strides.broadcast(Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2)), batch);
  }

  private static void product(
      float[] x, int ax, float[] y, int ay, float[] z, int az, int m, int k, int n) {
    double[] row = new double[n];
    for (int i = 0; i < m; i++) {
      Arrays.fill(row, 0);
      for (int p = 0; p < k; p++) {
        double value = x[ax + i * k + p];
        for (int j = 0; j < n; j++) {
          row[j] += value * y[ay + p * n + j];
        }
      }
      for (int j = 0; j < n; j++) {
        z[az + i * n + j] = (float) row[j];
      }
    }
  }

  static Tensor gemm(Op.Gemm op, List<Tensor> in, Shape out) {
    float[] a = in.get(0).floats();
    float[] b = in.get(1).floats();
    int m = out.dim(0);
    int n = out.dim(1);
    int k = in.get(0).shape().dim(op.transposeA() ? 0 : 1);
    double[] z = new double[Math.toIntExact(out.elements())];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum +=
              (double) a[op.transposeA() ? p * m + i : i * k + p]
                  * b[op.transposeB() ? j * k + p : p * n + j];
        }
        z[i * n + j] = op.alpha() * sum;
      }
    }
    if (in.size() > 2) {
      float[] c = in.get(2).floats();
      int[] strides = Strides.broadcast(in.get(2).shape(), out);
      Strides.forEach(
          out.dims(), strides, 0, strides, (i, ic, _) -> z[i] += (double) op.beta() * c[ic]);
    }
    return Tensor.ofFloats(ReferenceElementwise.toFloats(z), out.dims());
  }
}
