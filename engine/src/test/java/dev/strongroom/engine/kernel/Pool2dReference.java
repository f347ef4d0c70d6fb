package dev.strongroom.engine.kernel;

import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;

/** The oracle of {@link Pool2d}. */
final class Pool2dReference {
  private Pool2dReference() {}

  static double at(Step.Pool2d step, int[] index) {
    Window2d window = step.window();
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int inside = 0;
    for (int ky = 0; ky < window.kernelH(); ky++) {
      for (int kx = 0; kx < window.kernelW(); kx++) {
        int y = index[1] * window.strideH() - window.padTop() + ky * window.dilationH();
        int x = index[2] * window.strideW() - window.padLeft() + kx * window.dilationW();
        if (y >= 0 && y < step.in().dim(1) && x >= 0 && x < step.in().dim(2)) {
          double value = Elements.get(step.in(), index[0], y, x, index[3]);
          max = Math.max(max, value);
          sum += value;
          inside++;
        }
      }
    }
    return switch (step.kind()) {
      case MAX -> max;
      case AVERAGE -> sum / inside;
      case AVERAGE_WITH_PADDING -> sum / window.taps();
    };
  }
}
