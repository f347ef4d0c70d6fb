package dev.strongroom.compiler.quantise;

import dev.strongroom.graph.Op;
import dev.strongroom.graph.Shape;
import dev.strongroom.graph.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions in plain float arithmetic, in an order that the virtual machine turns into vector
 * instructions: patches are laid out as columns, and four filters at a time are multiplied with
 * them. Calibration asks for many answers and no exact ones; the reference interpreter's are exact
 * and slow.
 */
final class FastConv {
  /** Floats of columns at a time: what a core's own cache holds. */
  private static final int COLUMNS = 1 << 16;

  private static final int FILTERS = 4;

  private final Op.Conv op;
  private final Shape xs;
  private final Shape ws;
  private final Shape ys;
  private final float[] x;
  private final float[] w;
  private final float[] bias;
  private final float[] y;

  /** Patches in one group's input: weights of a filter, results in a plane. */
  private final int depth;

  private final int plane;
  private final int tile;

  /**
   * A row of columns for each weight of a filter. Each row and each sum is an array of its own: the
   * virtual machine vectorises loops over arrays at one index, not at an index and an offset.
   */
  private final float[][] columns;

  private final float[][] sums;

  private FastConv(Op.Conv op, List<Tensor> in, Shape out) {
    this.op = op;
    xs = in.get(0).shape();
    ws = in.get(1).shape();
    ys = out;
    x = in.get(0).floats();
    w = in.get(1).floats();
    bias = in.size() > 2 ? in.get(2).floats() : new float[ws.dim(0)];
    y = new float[Math.toIntExact(out.elements())];
    depth = ws.dim(1) * ws.dim(2) * ws.dim(3);
    plane = out.dim(2) * out.dim(3);
    tile = Math.min(plane, Math.max(64, COLUMNS / depth));
    columns = new float[depth][tile];
    sums = new float[FILTERS][tile];
  }

  /** The result of {@code op}, as the interpreter defines it, up to the rounding of sums. */
  static Tensor conv(Op.Conv op, List<Tensor> in, Shape out) {
    FastConv conv = new FastConv(op, in, out);
    int perGroup = conv.ws.dim(0) / op.groups();
    for (int n = 0; n < out.dim(0); n++) {
      for (int group = 0; group < op.groups(); group++) {
        for (int at = 0; at < conv.plane; at += conv.tile) {
          int size = Math.min(conv.tile, conv.plane - at);
          conv.gather(n, group, at, size);
          for (int m = 0; m < perGroup; m += FILTERS) {
            conv.filters(n, group * perGroup + m, Math.min(FILTERS, perGroup - m), at, size);
          }
        }
      }
    }
    return Tensor.ofFloats(conv.y, out.dims());
  }

  /** Lays {@code size} patches from {@code at} on side by side, one row for each weight. */
  private void gather(int n, int group, int at, int size) {
    int row = 0;
    for (int c = 0; c < ws.dim(1); c++) {
      int image = (n * xs.dim(1) + group * ws.dim(1) + c) * xs.dim(2) * xs.dim(3);
      for (int ky = 0; ky < ws.dim(2); ky++) {
        for (int kx = 0; kx < ws.dim(3); kx++) {
          gatherRow(image, ky, kx, at, size, columns[row++]);
        }
      }
    }
  }

  private void gatherRow(int image, int ky, int kx, int at, int size, float[] row) {
    int stride = op.strides().get(1);
    int left = kx * op.dilations().get(1) - op.pads().get(1);
    int top = ky * op.dilations().get(0) - op.pads().get(0);
    int oy = at / ys.dim(3);
    int ox = at % ys.dim(3);
    for (int i = 0; i < size; ) {
      int run = Math.min(size - i, ys.dim(3) - ox);
      int iy = oy * op.strides().get(0) + top;
      if (iy < 0 || iy >= xs.dim(2)) {
        Arrays.fill(row, i, i + run, 0);
      } else {
        int line = image + iy * xs.dim(3);
        int width = xs.dim(3);
        if (stride == 1 && left + ox >= 0 && left + ox + run <= width) {
          System.arraycopy(x, line + left + ox, row, i, run);
        } else {
          for (int j = 0; j < run; j++) {
            int ix = left + (ox + j) * stride;
            row[i + j] = ix >= 0 && ix < width ? x[line + ix] : 0;
          }
        }
      }
      i += run;
      oy++;
      ox = 0;
    }
  }

  private void filters(int n, int m, int count, int at, int size) {
    for (int f = 0; f < count; f++) {
      Arrays.fill(sums[f], 0, size, bias[m + f]);
    }
    if (count == FILTERS) {
      multiplyFour(m * depth, size);
    } else {
      for (int f = 0; f < count; f++) {
        multiplyOne((m + f) * depth, size, sums[f]);
      }
    }
    for (int f = 0; f < count; f++) {
      System.arraycopy(sums[f], 0, y, (n * ys.dim(1) + m + f) * plane + at, size);
    }
  }

  private void multiplyFour(int weight, int size) {
    for (int k = 0; k < depth; k++) {
      int at = weight + k;
      multiplyFour(
          columns[k],
          w[at],
          w[at + depth],
          w[at + 2 * depth],
          w[at + 3 * depth],
          sums[0],
          sums[1],
          sums[2],
          sums[3],
          size);
    }
  }

  private static void multiplyFour(
      float[] from,
      float w0,
      float w1,
      float w2,
      float w3,
      float[] s0,
      float[] s1,
      float[] s2,
      float[] s3,
      int size) {
    for (int i = 0; i < size; i++) {
      float value = from[i];
      s0[i] += w0 * value;
      s1[i] += w1 * value;
      s2[i] += w2 * value;
      s3[i] += w3 * value;
    }
  }

  private void multiplyOne(int weight, int size, float[] sum) {
    for (int k = 0; k < depth; k++) {
      multiplyOne(columns[k], w[weight + k], sum, size);
    }
  }

  private static void multiplyOne(float[] from, float factor, float[] sum, int size) {
    for (int i = 0; i < size; i++) {
      sum[i] += factor * from[i];
    }
  }
}
