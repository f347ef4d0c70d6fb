package dev.strongroom.graph;

/** Bilinear interpolation, in FLOAT64. */
final class ReferenceResize {
  private ReferenceResize() {}

  static Tensor resize(Op.Resize op, Tensor in, Shape out) {
    float[] x = in.floats();
    int height = in.shape().dim(2);
    int width = in.shape().dim(3);
    float[] y = new float[Math.toIntExact(out.elements())];
    int at = 0;
    for (int plane = 0; plane < out.dim(0) * out.dim(1); plane++) {
      for (int oy = 0; oy < out.dim(2); oy++) {
        long row = op.rows().scaledPosition(oy, height);
        int above = plane * height + (int) (row / op.rows().denominator());
        double down = fraction(op.rows(), row);
        int below = down > 0 ? above + 1 : above;
        for (int ox = 0; ox < out.dim(3); ox++) {
          long column = op.columns().scaledPosition(ox, width);
          int left = (int) (column / op.columns().denominator());
          double across = fraction(op.columns(), column);
          int right = across > 0 ? left + 1 : left;
          double top = between(x[above * width + left], x[above * width + right], across);
          double bottom = between(x[below * width + left], x[below * width + right], across);
          y[at++] = (float) between(top, bottom, down);
        }
      }
    }
    return Tensor.ofFloats(y, out.dims());
  }

  private static double fraction(Sampling sampling, long position) {
    return (double) (position % sampling.denominator()) / sampling.denominator();
  }

  private static double between(double a, double b, double fraction) {
    return a + (b - a) * fraction;
  }
}
