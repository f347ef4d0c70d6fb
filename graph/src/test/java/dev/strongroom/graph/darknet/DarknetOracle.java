package dev.strongroom.graph.darknet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * Darknet's own meaning of a network, told a second time: plain loops over arrays of channels, rows
 * and columns, after the loops of Darknet's CPU code. It shares nothing with the reader under test,
 * neither its parser nor the graph's operators; it makes the weights, and lays them into a file.
 */
final class DarknetOracle {
  private final List<Map<String, String>> sections = new ArrayList<>();
  private final List<float[]> numbers = new ArrayList<>();
  private final SplittableRandom random;

  /** What each layer gave, and its channels, height, width. */
  private final List<double[]> values = new ArrayList<>();

  private final List<int[]> sizes = new ArrayList<>();

  /** What goes into a layer. */
  private double[] x;

  private int c;
  private int h;
  private int w;

  /** Whether connected weights go to the file as old versions have them. */
  private final boolean transposed;

  DarknetOracle(String cfg, long seed, boolean transposed) {
    this.random = new SplittableRandom(seed);
    this.transposed = transposed;
    for (String line : cfg.replace(" ", "").split("\n")) {
      if (line.startsWith("[")) {
        sections.add(new HashMap<>(Map.of("type", line.substring(1, line.length() - 1))));
      } else if (line.contains("=")) {
        String[] words = line.split("=");
        sections.getLast().putIfAbsent(words[0], words[1]);
      }
    }
    c = integer(sections.getFirst(), "channels", 0);
    h = integer(sections.getFirst(), "height", 0);
    w = integer(sections.getFirst(), "width", 0);
    x = new double[c * h * w];
    Arrays.setAll(x, i -> (float) random.nextDouble(-1, 1));
  }

  /** The random input. */
  float[] input() {
    float[] floats = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      floats[i] = (float) x[i];
    }
    return floats;
  }

  /** The answer to {@link #input}; makes weights on the way. */
  double[] run() {
    double[] answer = x;
    for (Map<String, String> section : sections.subList(1, sections.size())) {
      x = layer(section).clone();
      values.add(x);
      sizes.add(new int[] {c, h, w});
      if (!section.get("type").equals("cost")) {
        answer = x;
      }
    }
    return answer;
  }

  /** All weights so far, behind the header of this version. */
  byte[] file(int major, int minor, boolean longCount) {
    int floats = numbers.stream().mapToInt(n -> n.length).sum();
    ByteBuffer file =
        ByteBuffer.allocate(12 + (longCount ? 8 : 4) + 4 * floats).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(major).putInt(minor).putInt(0);
    file.position(longCount ? 20 : 16);
    numbers.forEach(
        n -> {
          for (float value : n) {
            file.putFloat(value);
          }
        });
    return file.array();
  }

  private double[] layer(Map<String, String> s) {
    return switch (s.get("type")) {
      case "convolutional" -> convolutional(s);
      case "connected" -> connected(s);
      case "batchnorm" -> batchNorm(s);
      case "maxpool" -> maxPool(s);
      case "avgpool" -> avgPool();
      case "route" -> route(s);
      case "shortcut" -> shortcut(s);
      case "upsample" -> upsample(s);
      case "softmax" -> softmax(s);
      case "crop" -> crop(s);
      case "dropout", "cost" -> x;
      default -> throw new AssertionError("no oracle for " + s);
    };
  }

  private double[] convolutional(Map<String, String> s) {
    int n = integer(s, "filters", 1);
    int size = integer(s, "size", 1);
    int stride = integer(s, "stride", 1);
    int dilation = integer(s, "dilation", 1);
    int pad = integer(s, "pad", 0) != 0 ? size / 2 : integer(s, "padding", 0);
    int groups = integer(s, "groups", 1);
    int oh = (h + 2 * pad - size) / stride + 1;
    int ow = (w + 2 * pad - size) / stride + 1;
    float[] bias = random(n, -0.5, 0.5);
    float[][] norm = normalization(s, n);
    int per = c / groups;
    float[] weights = random(n * per * size * size, -1, 1);
    double[] y = new double[n * oh * ow];
    for (int f = 0; f < n; f++) {
      for (int i = 0; i < oh; i++) {
        for (int j = 0; j < ow; j++) {
          double sum = 0;
          for (int k = 0; k < per * size * size; k++) {
            int row = i * stride + k / size % size * dilation - pad * dilation;
            int column = j * stride + k % size * dilation - pad * dilation;
            int channel = f / (n / groups) * per + k / size / size;
            if (row >= 0 && row < h && column >= 0 && column < w) {
              sum += x[(channel * h + row) * w + column] * weights[f * per * size * size + k];
            }
          }
          y[(f * oh + i) * ow + j] = sum;
        }
      }
    }
    c = n;
    h = oh;
    w = ow;
    return finished(s, y, bias, norm);
  }

  private double[] connected(Map<String, String> s) {
    int outputs = integer(s, "output", 1);
    int inputs = c * h * w;
    float[] bias = random(outputs, -0.5, 0.5);
    float[] weights = random(outputs * inputs, -1, 1);
    if (transposed) {
      float[] inFile = new float[weights.length];
      for (int i = 0; i < weights.length; i++) {
        inFile[i % inputs * outputs + i / inputs] = weights[i];
      }
      numbers.set(numbers.size() - 1, inFile);
    }
    float[][] norm = normalization(s, outputs);
    double[] y = new double[outputs];
    for (int i = 0; i < weights.length; i++) {
      y[i / inputs] += x[i % inputs] * weights[i];
    }
    c = outputs;
    h = 1;
    w = 1;
    return finished(s, y, bias, norm);
  }

  private double[] batchNorm(Map<String, String> s) {
    s.put("batch_normalize", "1");
    s.put("activation", "linear");
    return finished(s, x.clone(), new float[c], normalization(s, c));
  }

  private float[][] normalization(Map<String, String> s, int channels) {
    if (integer(s, "batch_normalize", 0) == 0) {
      return new float[0][];
    }
    float[] scale = random(channels, 0.5, 1.5);
    float[] mean = random(channels, -0.5, 0.5);
    // Some so small that it matters what epsilon is added to, and where.
    float[] variance = random(channels, 1e-11, 2);
    for (int i = 0; i < channels; i += 3) {
      variance[i] = 1e-11f * (i + 1);
    }
    return new float[][] {scale, mean, variance};
  }

  private double[] finished(Map<String, String> s, double[] y, float[] bias, float[][] norm) {
    for (int i = 0; i < y.length; i++) {
      int f = i / (h * w);
      if (norm.length > 0) {
        y[i] = (y[i] - norm[1][f]) / (Math.sqrt(norm[2][f]) + .000001f) * norm[0][f];
      }
      y[i] = activate(s.getOrDefault("activation", "logistic"), y[i] + bias[f]);
    }
    return y;
  }

  private double[] maxPool(Map<String, String> s) {
    int stride = integer(s, "stride", 1);
    int size = integer(s, "size", stride);
    int padding = integer(s, "padding", size - 1);
    int oh = (h + padding - size) / stride + 1;
    int ow = (w + padding - size) / stride + 1;
    double[] y = new double[c * oh * ow];
    for (int i = 0; i < y.length; i++) {
      y[i] = -Float.MAX_VALUE;
      for (int k = 0; k < size * size; k++) {
        int row = -(padding / 2) + i / ow % oh * stride + k / size;
        int column = -(padding / 2) + i % ow * stride + k % size;
        if (row >= 0 && row < h && column >= 0 && column < w) {
          y[i] = Math.max(y[i], x[(i / ow / oh * h + row) * w + column]);
        }
      }
    }
    h = oh;
    w = ow;
    return y;
  }

  private double[] avgPool() {
    double[] y = new double[c];
    for (int i = 0; i < x.length; i++) {
      y[i / (h * w)] += x[i] / (h * w);
    }
    h = 1;
    w = 1;
    return y;
  }

  private double[] route(Map<String, String> s) {
    int groups = integer(s, "groups", 1);
    int group = integer(s, "group_id", 0);
    List<Double> y = new ArrayList<>();
    c = 0;
    for (String word : s.get("layers").split(",")) {
      int index = index(word);
      double[] part = values.get(index);
      int from = part.length / groups * group;
      for (int i = from; i < from + part.length / groups; i++) {
        y.add(part[i]);
      }
      c += sizes.get(index)[0] / groups;
      h = sizes.get(index)[1];
      w = sizes.get(index)[2];
    }
    return y.stream().mapToDouble(d -> d).toArray();
  }

  private int index(String word) {
    int number = Integer.parseInt(word);
    return number < 0 ? values.size() + number : number;
  }

  private double[] shortcut(Map<String, String> s) {
    double[] other = values.get(index(s.get("from")));
    return each(
        x.length,
        i ->
            activate(
                s.getOrDefault("activation", "linear"),
                number(s, "alpha", 1) * x[i] + number(s, "beta", 1) * other[i]));
  }

  private double[] upsample(Map<String, String> s) {
    int stride = integer(s, "stride", 2);
    double scale = number(s, "scale", 1);
    int ow = w * stride;
    int oh = h * stride;
    int inHeight = h;
    int inWidth = w;
    h = oh;
    w = ow;
    return each(
        c * oh * ow,
        i ->
            scale * x[(i / ow / oh * inHeight + i / ow % oh / stride) * inWidth + i % ow / stride]);
  }

  private double[] softmax(Map<String, String> s) {
    int size = x.length / integer(s, "groups", 1);
    double temperature = number(s, "temperature", 1);
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += size) {
      double sum = 0;
      for (int i = from; i < from + size; i++) {
        y[i] = Math.exp(x[i] / temperature);
        sum += y[i];
      }
      for (int i = from; i < from + size; i++) {
        y[i] /= sum;
      }
    }
    return y;
  }

  private double[] crop(Map<String, String> s) {
    int oh = integer(s, "crop_height", 1);
    int ow = integer(s, "crop_width", 1);
    int top = (h - oh) / 2;
    int left = (w - ow) / 2;
    boolean adjust = integer(s, "noadjust", 0) == 0;
    int inHeight = h;
    int inWidth = w;
    h = oh;
    w = ow;
    return each(
        c * oh * ow,
        i -> {
          double value = x[(i / ow / oh * inHeight + i / ow % oh + top) * inWidth + i % ow + left];
          return adjust ? value * 2 - 1 : value;
        });
  }

  private static double activate(String activation, double x) {
    return switch (activation) {
      case "linear" -> x;
      case "relu" -> x > 0 ? x : 0;
      case "relu6" -> x > 6 ? 6 : x > 0 ? x : 0;
      case "leaky" -> x > 0 ? x : .1 * x;
      case "relie" -> x > 0 ? x : .01 * x;
      case "ramp" -> (x > 0 ? x : 0) + .1 * x;
      case "logistic" -> 1 / (1 + Math.exp(-x));
      case "loggy" -> 2 / (1 + Math.exp(-x)) - 1;
      case "tanh" -> (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1);
      case "hardtan" -> x < -1 ? -1 : x > 1 ? 1 : x;
      case "swish" -> x / (1 + Math.exp(-x));
      case "elu" -> x >= 0 ? x : Math.exp(x) - 1;
      default -> throw new AssertionError("no oracle for activation " + activation);
    };
  }

  private static double[] each(int length, IntToDoubleFunction value) {
    double[] y = new double[length];
    Arrays.setAll(y, value);
    return y;
  }

  private float[] random(int count, double from, double to) {
    float[] drawn = new float[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = (float) random.nextDouble(from, to);
    }
    numbers.add(drawn);
    return drawn;
  }

  private static int integer(Map<String, String> s, String key, int byDefault) {
    return Integer.parseInt(s.getOrDefault(key, "" + byDefault));
  }

  private static double number(Map<String, String> s, String key, double byDefault) {
    return Float.parseFloat(s.getOrDefault(key, "" + byDefault));
  }
}
