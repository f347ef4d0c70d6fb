package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Activation;
import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Quantised kernels against their definitions, between guard pages: to the bit where all that is
 * rounded is defined, to one quantum behind functions that engines approximate.
 */
class QuantizedKernelsTest {
  private static final Workbench BENCH = new Workbench();

  @AfterAll
  static void close() {
    BENCH.close();
  }

  private static Window2d window() {
    return new Window2d(
        BENCH.between(1, 5),
        BENCH.between(1, 5),
        BENCH.between(1, 3),
        BENCH.between(1, 3),
        BENCH.between(0, 3),
        BENCH.between(0, 3),
        BENCH.between(1, 3),
        BENCH.between(1, 3));
  }

  private static ElementType bytesOrFloats(Random random) {
    return random.nextBoolean() ? ElementType.I8 : ElementType.F32;
  }

  private static Saturation saturation(View out) {
    int zero = BENCH.between(-128, 127);
    return out.type() == ElementType.F32
        ? Saturation.NONE
        : BENCH.between(0, 1) == 0
            ? Saturation.of(zero)
            : new Saturation(zero, BENCH.between(-128, 0), BENCH.between(1, 127));
  }

  private static int zeroOf(View in) {
    return in.type() == ElementType.F32 ? 0 : BENCH.between(-128, 127);
  }

  private static View workspace() {
    return BENCH.dense(PackedWeights.MIN_SCRATCH + 16 * BENCH.between(0, 60));
  }

  /** Exact from bytes without a function; floats sum in another order than the oracle. */
  private static double tolerance(View in, View out, Activation activation) {
    if (in.type() == ElementType.I8 && activation.isNone()) {
      return 0;
    }
    return out.type() == ElementType.I8 ? 1 : 3e-5;
  }

  private static void conv(
      ElementType type, View in, int outHeight, int outWidth, int channels, Window2d window) {
    double products = window.taps() * in.dim(3);
    double size = (in.type() == ElementType.I8 ? 74 : 0.6) * 74 * Math.sqrt(products);
    double scale = (type == ElementType.I8 ? 80 : 1) / size;
    View weights =
        BENCH.quantizedWeights(
            PackedWeights.quantizedConv(channels, in.dim(3), window), (float) scale);
    View workspace = workspace();
    View out = BENCH.sliced(type, in.dim(0), outHeight, outWidth, channels);
    Activation activation = BENCH.activation();
    BENCH.check(
        new Step.QuantizedConv2d(
            in, weights, workspace, out, window, zeroOf(in), activation, saturation(out)),
        tolerance(in, out, activation));
  }

  @Test
  void convolvesAnyWindowOverAnySlice() {
    for (long seed = 0; seed < 400; seed++) {
      Random random = BENCH.start(seed);
      View in =
          BENCH.sliced(
              bytesOrFloats(random),
              BENCH.between(1, 2),
              BENCH.between(1, 14),
              BENCH.between(1, 20),
              BENCH.between(1, 19));
      conv(
          bytesOrFloats(random),
          in,
          BENCH.between(1, 14),
          BENCH.between(1, 20),
          BENCH.between(1, 40),
          window());
    }
  }

  @Test
  void convolvesEveryTailOfOutputChannels() {
    for (int channels = 1; channels <= 40; channels++) {
      BENCH.start(channels);
      View in = BENCH.sliced(ElementType.I8, 1, 5, 9, 3);
      conv(ElementType.I8, in, 5, 9, channels, new Window2d(3, 3, 1, 1, 1, 1, 1, 1));
    }
  }

  @Test
  void convolvesEveryLengthOfALine() {
    for (int width = 1; width <= 40; width++) {
      BENCH.start(width);
      View in = BENCH.sliced(ElementType.I8, 1, 3, width, 5);
      conv(ElementType.I8, in, 3, width, 20, new Window2d(1, 3, 1, 1, 0, 1, 1, 1));
    }
  }

  @Test
  void convolvesSinglePixelsAgainstManyChannels() {
    for (int channels = 40; channels <= 150; channels += 11) {
      for (ElementType type : new ElementType[] {ElementType.I8, ElementType.F32}) {
        BENCH.start(channels);
        View in = BENCH.sliced(type, 1, 1, 1, 533);
        conv(type, in, 1, 1, channels, Window2d.POINTWISE);
      }
    }
  }

  @Test
  void convolvesPixelByPixelWhetherRowsAreContiguousOrNot() {
    for (long seed = 0; seed < 60; seed++) {
      BENCH.start(seed);
      View in =
          BENCH.sliced(
              ElementType.I8,
              BENCH.between(1, 3),
              BENCH.between(1, 8),
              BENCH.between(1, 12),
              BENCH.between(1, 70));
      conv(ElementType.I8, in, in.dim(1), in.dim(2), BENCH.between(1, 70), Window2d.POINTWISE);
    }
  }

  @Test
  void sumsOfTheLargestProductsStayExact() {
    BENCH.start(1);
    View in = BENCH.place(ElementType.I8, new int[] {1, 1, 7, 3000}, -128);
    View weights =
        BENCH.quantizedWeights(PackedWeights.quantizedConv(17, 3000, Window2d.POINTWISE), 1e-6f);
    for (int c = 0; c < 3000; c++) {
      for (int lane = 0; lane < 16; lane++) {
        Elements.set(weights, -128, 0, 8 + c, lane);
      }
    }
    View workspace = BENCH.dense(PackedWeights.MIN_SCRATCH + 6 * 512);
    View out = BENCH.sliced(ElementType.F32, 1, 1, 7, 17);
    BENCH.check(
        new Step.QuantizedConv2d(
            in, weights, workspace, out, Window2d.POINTWISE, 127, Activation.NONE, Saturation.NONE),
        0);
  }

  @Test
  void convolvesMediumLayersOfRealNetworks() {
    int[][] layers = {{24, 40, 48, 96, 3}, {12, 80, 120, 120, 1}, {20, 20, 16, 24, 5}};
    for (int[] layer : layers) {
      BENCH.start(layer[2]);
      int pad = layer[4] / 2;
      View in = BENCH.sliced(ElementType.I8, 1, layer[0], layer[1], layer[2]);
      Window2d window = new Window2d(layer[4], layer[4], 1, 1, pad, pad, 1, 1);
      conv(ElementType.I8, in, layer[0], layer[1], layer[3], window);
    }
  }

  @Test
  void convolvesDepthwise() {
    for (long seed = 0; seed < 400; seed++) {
      Random random = BENCH.start(seed);
      Window2d window = window();
      int channels = BENCH.between(1, 40);
      int batches = BENCH.between(1, 2);
      View in =
          BENCH.sliced(
              bytesOrFloats(random), batches, BENCH.between(1, 14), BENCH.between(1, 30), channels);
      ElementType type = bytesOrFloats(random);
      double size = (in.type() == ElementType.I8 ? 74 : 0.6) * 74 * Math.sqrt(window.taps());
      View weights =
          BENCH.quantizedWeights(
              PackedWeights.quantizedDepthwise(channels, window),
              (float) ((type == ElementType.I8 ? 80 : 1) / size));
      View workspace = workspace();
      View out = BENCH.sliced(type, batches, BENCH.between(1, 14), BENCH.between(1, 30), channels);
      Activation activation = BENCH.activation();
      BENCH.check(
          new Step.QuantizedDepthwiseConv2d(
              in, weights, workspace, out, window, zeroOf(in), activation, saturation(out)),
          tolerance(in, out, activation));
    }
  }

  @Test
  void pools() {
    for (long seed = 0; seed < 300; seed++) {
      BENCH.start(seed);
      Step.Pool2d.Kind kind = Step.Pool2d.Kind.values()[BENCH.between(0, 2)];
      int kernel = BENCH.between(1, 4);
      int pad = BENCH.between(0, kernel - 1);
      int stride = BENCH.between(1, 3);
      Window2d window = new Window2d(kernel, kernel, stride, stride, pad, pad, 1, 1);
      View in =
          BENCH.sliced(
              ElementType.I8,
              BENCH.between(1, 2),
              BENCH.between(kernel, 12),
              BENCH.between(kernel, 20),
              BENCH.between(1, 20));
      int outHeight = (in.dim(1) + pad - 1) / stride + 1;
      int outWidth = (in.dim(2) + pad - 1) / stride + 1;
      View out = BENCH.sliced(ElementType.I8, in.dim(0), outHeight, outWidth, in.dim(3));
      boolean max = kind == Step.Pool2d.Kind.MAX;
      BENCH.check(
          new Step.QuantizedPool2d(
              kind,
              in,
              out,
              window,
              max ? 0 : zeroOf(in),
              max ? 1 : 0.7f,
              max ? Saturation.NONE : saturation(out)),
          0);
    }
  }

  private static int[] shape() {
    int[] shape = new int[BENCH.between(0, 5)];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = BENCH.between(1, i < 2 ? 20 : 5);
    }
    return shape;
  }

  @Test
  void quantisesAndDequantisesAnyStrides() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = BENCH.start(seed);
      int[] shape = shape();
      View floats = BENCH.broadcast(ElementType.F32, shape);
      View bytes = BENCH.strided(ElementType.I8, shape);
      float scale = 0.001f + random.nextFloat() / 50;
      BENCH.check(new Step.Quantize(floats, bytes, scale, saturation(bytes)), 0);
      View from = BENCH.broadcast(ElementType.I8, shape);
      View to = BENCH.strided(ElementType.F32, shape);
      BENCH.check(new Step.Dequantize(from, to, scale, BENCH.between(-128, 127)), 0);
    }
  }

  @Test
  void quantisesTiesAndWhatIsNoNumber() {
    float[] values = {
      0.5f,
      1.5f,
      2.5f,
      -0.5f,
      -1.5f,
      -2.5f,
      1e30f,
      -1e30f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      126.5f,
      127.5f,
      -128.5f,
      -129.5f,
      0,
      -0f,
      3.4999998f,
      254.5f
    };
    byte[] expected = {
      0, 2, 2, 0, -2, -2, 127, -128, 0, 127, -128, 126, 127, -128, -128, 0, 0, 3, 127
    };
    BENCH.start(0);
    View in = BENCH.dense(values.length);
    View out = BENCH.sliced(ElementType.I8, values.length);
    for (int i = 0; i < values.length; i++) {
      Elements.set(in, values[i], i);
    }
    Step.Quantize step = new Step.Quantize(in, out, 1, Saturation.NONE);
    BENCH.check(step, 0);
    for (int i = 0; i < values.length; i++) {
      assertThat(Elements.get(out, i)).as("of %s", values[i]).isEqualTo(expected[i]);
      assertThat(Saturation.NONE.apply(values[i])).as("of %s", values[i]).isEqualTo(expected[i]);
    }
  }

  @Test
  void looksBytesUpInTables() {
    for (long seed = 0; seed < 100; seed++) {
      Random random = BENCH.start(seed);
      int[] shape = shape();
      View out = BENCH.strided(ElementType.I8, shape);
      View in = random.nextBoolean() ? out : BENCH.broadcast(ElementType.I8, shape);
      BENCH.check(new Step.Table(in, BENCH.sliced(ElementType.I8, 256), out), 0);
    }
  }

  @Test
  void addsAndMultipliesAnyStridesAndInPlace() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = BENCH.start(seed);
      int[] shape = shape();
      View out = BENCH.strided(ElementType.I8, shape);
      View a = random.nextInt(3) == 0 ? out : BENCH.broadcast(ElementType.I8, shape);
      View b = random.nextInt(3) == 0 ? out : BENCH.broadcast(ElementType.I8, shape);
      boolean product = random.nextBoolean();
      BENCH.check(
          new Step.QuantizedBinary(
              product ? Step.QuantizedBinary.Kind.MUL : Step.QuantizedBinary.Kind.ADD,
              a,
              b,
              out,
              BENCH.between(-128, 127),
              BENCH.between(-128, 127),
              product ? random.nextFloat() / 80 : random.nextFloat() * 2 - 1,
              product ? 1 : random.nextFloat() * 2 - 1,
              saturation(out)),
          0);
    }
  }
}
