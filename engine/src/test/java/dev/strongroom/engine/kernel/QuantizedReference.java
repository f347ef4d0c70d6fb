package dev.strongroom.engine.kernel;

import dev.strongroom.program.ElementType;
import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Saturation;
import dev.strongroom.program.Step;
import dev.strongroom.program.View;
import dev.strongroom.program.Window2d;

/**
 * The oracle of the quantised kernels: integers where they sum integers, and single operations of
 * floats in the order that each step's definition gives.
 */
final class QuantizedReference {
  private QuantizedReference() {}

  /** Element (panel, row, lane) of the four-byte numbers in front of a panel. */
  private static View header(View weights, int firstRow, int panel) {
    long panelBytes = (long) weights.dim(1) * PackedWeights.PANEL;
    long offset = weights.offset() + panel * panelBytes + (long) firstRow * PackedWeights.PANEL;
    return View.dense(weights.space(), ElementType.F32, offset, PackedWeights.PANEL);
  }

  static View biases(View weights, int panel) {
    return header(weights, 0, panel);
  }

  static View multipliers(View weights, int panel) {
    return header(weights, 4, panel);
  }

  static double at(Step.QuantizedConv2d step, int[] index) {
    int channels = step.in().dim(3);
    Sum sum = new Sum(step.in(), step.weights(), step.window(), step.inZero(), index);
    for (int c = 0; c < channels; c++) {
      sum.channel(c, channels, c);
    }
    double v = ActivationReference.apply(step.activation(), sum.scaled());
    return isBytes(step.out()) ? saturate(step.saturation(), (float) v) : v;
  }

  static double at(Step.QuantizedDepthwiseConv2d step, int[] index) {
    Sum sum = new Sum(step.in(), step.weights(), step.window(), step.inZero(), index);
    sum.channel(0, 1, index[3]);
    double v = ActivationReference.apply(step.activation(), sum.scaled());
    return isBytes(step.out()) ? saturate(step.saturation(), (float) v) : v;
  }

  private static boolean isBytes(View view) {
    return view.type() == ElementType.I8;
  }

  /** One output's products. */
  private static final class Sum {
    private final View in;
    private final View weights;
    private final Window2d window;
    private final int inZero;
    private final int[] index;
    private int integers;
    private double reals;

    Sum(View in, View weights, Window2d window, int inZero, int[] index) {
      this.in = in;
      this.weights = weights;
      this.window = window;
      this.inZero = inZero;
      this.index = index;
    }

    /** Adds what every tap has in input channel {@code c}: weights are {@code step} rows apart. */
    void channel(int row, int step, int c) {
      int panel = index[3] / PackedWeights.PANEL;
      int lane = index[3] % PackedWeights.PANEL;
      for (int ky = 0; ky < window.kernelH(); ky++) {
        for (int kx = 0; kx < window.kernelW(); kx++) {
          int y = index[1] * window.strideH() - window.padTop() + ky * window.dilationH();
          int x = index[2] * window.strideW() - window.padLeft() + kx * window.dilationW();
          if (y < 0 || y >= in.dim(1) || x < 0 || x >= in.dim(2)) {
            continue;
          }
          int at = PackedWeights.QUANTIZED_HEADER_ROWS + (ky * window.kernelW() + kx) * step + row;
          double weight = Elements.get(weights, panel, at, lane);
          double value = Elements.get(in, index[0], y, x, c);
          integers += (int) ((value - inZero) * weight);
          reals += value * weight;
        }
      }
    }

    double scaled() {
      int panel = index[3] / PackedWeights.PANEL;
      int lane = index[3] % PackedWeights.PANEL;
      float multiplier = (float) Elements.get(multipliers(weights, panel), lane);
      float bias = (float) Elements.get(biases(weights, panel), lane);
      return isBytes(in) ? (float) integers * multiplier + bias : reals * multiplier + bias;
    }
  }

  /** In double: exact, since all that is rounded is given. */
  private static double saturate(Saturation s, float v) {
    double rounded = Float.isNaN(v) ? 0 : Math.rint(v);
    return Math.min(Math.max(rounded + s.zeroPoint(), s.lowest()), s.highest());
  }

  static double at(Step.Quantize step, int[] index) {
    return saturate(step.saturation(), (float) Elements.get(step.in(), index) / step.scale());
  }

  static double at(Step.Dequantize step, int[] index) {
    return ((int) Elements.get(step.in(), index) - step.zeroPoint()) * step.scale();
  }

  static double at(Step.Table step, int[] index) {
    return Elements.get(step.table(), (int) Elements.get(step.in(), index) + 128);
  }

  static double at(Step.QuantizedBinary step, int[] index) {
    int a = (int) Elements.get(step.a(), index) - step.aZero();
    int b = (int) Elements.get(step.b(), index) - step.bZero();
    float v =
        switch (step.kind()) {
          case ADD -> a * step.aScale() + b * step.bScale();
          case MUL -> a * b * step.aScale();
        };
    return saturate(step.saturation(), v);
  }

  static double at(Step.QuantizedPool2d step, int[] index) {
    Window2d window = step.window();
    int sum = 0;
    int max = Byte.MIN_VALUE;
    int inside = 0;
    for (int ky = 0; ky < window.kernelH(); ky++) {
      for (int kx = 0; kx < window.kernelW(); kx++) {
        int y = index[1] * window.strideH() - window.padTop() + ky * window.dilationH();
        int x = index[2] * window.strideW() - window.padLeft() + kx * window.dilationW();
        if (y < 0 || y >= step.in().dim(1) || x < 0 || x >= step.in().dim(2)) {
          continue;
        }
        int value = (int) Elements.get(step.in(), index[0], y, x, index[3]);
        sum += value - step.inZero();
        max = Math.max(max, value);
        inside++;
      }
    }
    return switch (step.kind()) {
      case MAX -> max;
      case AVERAGE -> saturate(step.saturation(), sum * (step.scale() / inside));
      case AVERAGE_WITH_PADDING ->
          saturate(step.saturation(), sum * (step.scale() / window.taps()));
    };
  }
}
