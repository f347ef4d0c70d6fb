package dev.strongroom.graph;

import java.util.Arrays;
import java.util.List;

/** Convolutions, by their definition. */
final class ReferenceConv {
  private ReferenceConv() {}

  static Tensor conv(Op.Conv op, List<Tensor> in, Shape out) {
    Shape xs = in.get(0).shape();
    Shape ws = in.get(1).shape();
    float[] bias = in.size() > 2 ? in.get(2).floats() : new float[out.dim(1)];
    float[] x = in.get(0).floats();
    float[] w = in.get(1).floats();
    float[] y = new float[Math.toIntExact(out.elements())];
    int groupIn = ws.dim(1);
    int groupOut = ws.dim(0) / op.groups();
    double[] row = new double[out.dim(3)];
    int at = 0;
    for (int n = 0; n < out.dim(0); n++) {
      for (int m = 0; m < out.dim(1); m++) {
        int image = (n * xs.dim(1) + m / groupOut * groupIn) * xs.dim(2) * xs.dim(3);
        for (int oy = 0; oy < out.dim(2); oy++) {
          Arrays.fill(row, bias[m]);
          addRow(op, x, xs, image, oy, w, ws, m, row);
          for (double sum : row) {
            y[at++] = (float) sum;
          }
        }
      }
    }
    return Tensor.ofFloats(y, out.dims());
  }

  /** Adds, to one row of results, the products of filter {@code m} with what lies under it. */
  private static void addRow(
      Op.Conv op,
      float[] x,
      Shape xs,
      int image,
      int oy,
      float[] w,
      Shape ws,
      int m,
      double[] row) {
    int width = xs.dim(3);
    int stride = op.strides().get(1);
    int weight = m * ws.dim(1) * ws.dim(2) * ws.dim(3);
    for (int c = 0; c < ws.dim(1); c++) {
      for (int ky = 0; ky < ws.dim(2); ky++) {
        int iy = oy * op.strides().get(0) - op.pads().get(0) + ky * op.dilations().get(0);
        for (int kx = 0; kx < ws.dim(3); kx++, weight++) {
          if (iy < 0 || iy >= xs.dim(2)) {
            continue;
          }
          int line = image + (c * xs.dim(2) + iy) * width;
          int left = kx * op.dilations().get(1) - op.pads().get(1);
          double factor = w[weight];
          for (int ox = 0; ox < row.length; ox++) {
            int ix = left + ox * stride;
            if (ix >= 0 && ix < width) {
              row[ox] += factor * x[line + ix];
            }
          }
        }
      }
    }
  }

  /** Each input element adds its multiple of the filter to the result; {@code pads} cut it. */
  static Tensor convTranspose(Op.ConvTranspose op, List<Tensor> in, Shape out) {
    float[] x = in.get(0).floats();
    float[] w = in.get(1).floats();
    Shape xs = in.get(0).shape();
    Shape ws = in.get(1).shape();
    int groupIn = xs.dim(1) / op.groups();
    int groupOut = ws.dim(1);
    int plane = out.dim(2) * out.dim(3);
    double[] y = new double[Math.toIntExact(out.elements())];
    if (in.size() > 2) {
      float[] bias = in.get(2).floats();
      for (int i = 0; i < y.length; i++) {
        y[i] = bias[i / plane % out.dim(1)];
      }
    }
    int at = 0;
    for (int n = 0; n < xs.dim(0); n++) {
      for (int c = 0; c < xs.dim(1); c++) {
        int firstOut = n * out.dim(1) + c / groupIn * groupOut;
        for (int iy = 0; iy < xs.dim(2); iy++) {
          for (int ix = 0; ix < xs.dim(3); ix++) {
            double value = x[at++];
            for (int m = 0; m < groupOut; m++) {
              for (int ky = 0; ky < ws.dim(2); ky++) {
                int oy = iy * op.strides().get(0) - op.pads().get(0) + ky * op.dilations().get(0);
                if (oy < 0 || oy >= out.dim(2)) {
                  continue;
                }
                for (int kx = 0; kx < ws.dim(3); kx++) {
                  int ox = ix * op.strides().get(1) - op.pads().get(1) + kx * op.dilations().get(1);
                  if (ox >= 0 && ox < out.dim(3)) {
                    y[(firstOut + m) * plane + oy * out.dim(3) + ox] +=
                        value * w[((c * groupOut + m) * ws.dim(2) + ky) * ws.dim(3) + kx];
                  }
                }
              }
            }
          }
        }
      }
    }
    return Tensor.ofFloats(ReferenceElementwise.toFloats(y), out.dims());
  }
}
