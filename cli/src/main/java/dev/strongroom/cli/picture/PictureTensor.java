package dev.strongroom.cli.picture;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns a picture into what a network takes: little-endian floats [1, C, H, W], each {@code (x /
 * 255 - mean) / std}.
 *
 * @param channels 3, or 1 for brightness (ITU-R BT.601)
 * @param height H
 * @param width W
 * @param order of the three channels
 * @param mean what is subtracted, as a share of full brightness
 * @param std what the difference is divided by
 */
public record PictureTensor(
    int channels, int height, int width, ChannelOrder order, float mean, float std) {

  /** In which order a model was taught the colours. */
  public enum ChannelOrder {
    RGB,
    BGR
  }

  public PictureTensor {
    if ((channels != 1 && channels != 3) || height < 1 || width < 1 || !(std != 0)) {
      throw new IllegalArgumentException(
          "a picture becomes [1, 1 or 3, H, W], divided by a number other than 0: channels=%d, H=%d, W=%d, std=%s"
              .formatted(channels, height, width, std));
    }
  }

  /** Stretches the whole picture over H by W. */
  public ByteBuffer of(BufferedImage picture) {
    return of(picture, width);
  }

  /**
   * Stretches the whole picture over H by the first {@code filled} columns; the columns behind are
   * 0, which is how text recognisers are padded.
   */
  public ByteBuffer of(BufferedImage picture, int filled) {
    if (filled < 1 || filled > width) {
      throw new IllegalArgumentException("cannot fill %d of %d columns".formatted(filled, width));
    }
    float[][] planes = resize(planes(picture), picture.getWidth(), picture.getHeight(), filled);
    ByteBuffer tensor =
        ByteBuffer.allocate(Math.multiplyExact(4 * channels, Math.multiplyExact(height, width)))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] plane : planes) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          tensor.putFloat(x < filled ? (plane[y * filled + x] / 255 - mean) / std : 0);
        }
      }
    }
    return tensor.flip();
  }

  private float[][] planes(BufferedImage picture) {
    int w = picture.getWidth();
    int h = picture.getHeight();
    float[][] planes = new float[channels][w * h];
    int[] row = new int[w];
    for (int y = 0; y < h; y++) {
      picture.getRGB(0, y, w, 1, row, 0, w);
      for (int x = 0; x < w; x++) {
        float r = row[x] >> 16 & 0xFF;
        float g = row[x] >> 8 & 0xFF;
        float b = row[x] & 0xFF;
        int at = y * w + x;
        if (channels == 1) {
          planes[0][at] = 0.299f * r + 0.587f * g + 0.114f * b;
        } else {
          planes[0][at] = order == ChannelOrder.RGB ? r : b;
          planes[1][at] = g;
          planes[2][at] = order == ChannelOrder.RGB ? b : r;
        }
      }
    }
    return planes;
  }

  /** Separable: rows first, then columns. */
  private float[][] resize(float[][] planes, int fromWidth, int fromHeight, int toWidth) {
    Taps across = Taps.of(fromWidth, toWidth);
    Taps down = Taps.of(fromHeight, height);
    float[][] resized = new float[planes.length][];
    for (int c = 0; c < planes.length; c++) {
      float[] narrow = new float[fromHeight * toWidth];
      for (int y = 0; y < fromHeight; y++) {
        across.apply(planes[c], y * fromWidth, 1, narrow, y * toWidth, 1);
      }
      resized[c] = new float[height * toWidth];
      for (int x = 0; x < toWidth; x++) {
        down.apply(narrow, x, toWidth, resized[c], x, toWidth);
      }
    }
    return resized;
  }

  /**
   * Linear interpolation with half-pixel centres; where a picture shrinks, the triangle widens with
   * the factor, so that no source pixel is skipped.
   */
  private static final class Taps {
    private final int[] first;
    private final float[][] weights;

    private Taps(int[] first, float[][] weights) {
      this.first = first;
      this.weights = weights;
    }

    static Taps of(int from, int to) {
      double scale = (double) from / to;
      double radius = Math.max(1, scale);
      int[] first = new int[to];
      float[][] weights = new float[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale - 0.5;
        int lo = Math.max(0, (int) Math.ceil(centre - radius));
        int hi = Math.min(from - 1, (int) Math.floor(centre + radius));
        first[i] = lo;
        weights[i] = new float[hi - lo + 1];
        double sum = 0;
        for (int k = lo; k <= hi; k++) {
          sum += radius - Math.abs(k - centre);
        }
        for (int k = lo; k <= hi; k++) {
          weights[i][k - lo] = (float) ((radius - Math.abs(k - centre)) / sum);
        }
      }
      return new Taps(first, weights);
    }

    void apply(float[] in, int inStart, int inStride, float[] out, int outStart, int outStride) {
      for (int i = 0; i < first.length; i++) {
        float sum = 0;
        for (int k = 0; k < weights[i].length; k++) {
          sum += weights[i][k] * in[inStart + (first[i] + k) * inStride];
        }
        out[outStart + i * outStride] = sum;
      }
    }
  }
}
