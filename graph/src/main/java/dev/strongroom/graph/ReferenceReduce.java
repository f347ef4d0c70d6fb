package dev.strongroom.graph;

import java.util.Arrays;

/** What makes one element of many: reductions along dimensions, and windows that slide. */
final class ReferenceReduce {
  private ReferenceReduce() {}

  static Tensor reduce(Op.Reduce op, Tensor in, Shape out) {
    Shape shape = in.shape();
    float[] x = in.floats();
    // The result with the reduced dimensions kept as 1, so that it broadcasts over the input.
    int[] kept = shape.dims();
    long reduced = 1;
    for (int axis : op.axes()) {
      reduced *= kept[axis];
      kept[axis] = 1;
    }
    double[] y = new double[Math.toIntExact(out.elements())];
    Arrays.fill(y, start(op.kind()));
    int[] strides = Strides.broadcast(Shape.of(kept), shape);
    Strides.forEach(
        shape.dims(),
        strides,
        0,
        strides,
        (i, o, _) ->
            y[o] =
                switch (op.kind()) {
                  case SUM, MEAN -> y[o] + x[i];
                  case MAX -> Math.max(y[o], x[i]);
                  case MIN -> Math.min(y[o], x[i]);
                });
    if (op.kind() == Op.Reduce.Kind.MEAN) {
      for (int i = 0; i < y.length; i++) {
        y[i] /= reduced;
      }
    }
    return Tensor.ofFloats(ReferenceElementwise.toFloats(y), out.dims());
  }

  private static double start(Op.Reduce.Kind kind) {
    return switch (kind) {
      case SUM, MEAN -> 0;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  static Tensor pool(Op.Pool op, Tensor in, Shape out) {
    float[] x = in.floats();
    Shape xs = in.shape();
    boolean max = op.kind() == Op.Pool.Kind.MAX;
    float[] y = new float[Math.toIntExact(out.elements())];
    int at = 0;
    for (int plane = 0; plane < out.dim(0) * out.dim(1); plane++) {
      for (int oy = 0; oy < out.dim(2); oy++) {
        for (int ox = 0; ox < out.dim(3); ox++) {
          double result = max ? Double.NEGATIVE_INFINITY : 0;
          int inside = 0;
          for (int ky = 0; ky < op.kernel().get(0); ky++) {
            int iy = oy * op.strides().get(0) - op.pads().get(0) + ky * op.dilations().get(0);
            for (int kx = 0; kx < op.kernel().get(1); kx++) {
              int ix = ox * op.strides().get(1) - op.pads().get(1) + kx * op.dilations().get(1);
              if (iy >= 0 && iy < xs.dim(2) && ix >= 0 && ix < xs.dim(3)) {
                double value = x[(plane * xs.dim(2) + iy) * xs.dim(3) + ix];
                result = max ? Math.max(result, value) : result + value;
                inside++;
              }
            }
          }
          int count = op.countPadding() ? op.kernel().get(0) * op.kernel().get(1) : inside;
          y[at++] = (float) (max ? result : result / count);
        }
      }
    }
    return Tensor.ofFloats(y, out.dims());
  }
}
