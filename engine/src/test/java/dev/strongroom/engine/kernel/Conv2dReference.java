package dev.strongroom.engine.kernel;

import dev.strongroom.program.PackedWeights;
import dev.strongroom.program.Step;
import dev.strongroom.program.Window2d;

/** The oracle of {@link Conv2d}: the definition, one output at a time. */
final class Conv2dReference {
  private Conv2dReference() {}

  static double at(Step.Conv2d step, int[] index) {
    Window2d window = step.window();
    int channels = step.in().dim(3);
    int panel = index[3] / PackedWeights.PANEL;
    int lane = index[3] % PackedWeights.PANEL;
    double sum = Elements.get(step.weights(), panel, 0, lane);
    for (int ky = 0; ky < window.kernelH(); ky++) {
      for (int kx = 0; kx < window.kernelW(); kx++) {
        int y = index[1] * window.strideH() - window.padTop() + ky * window.dilationH();
        int x = index[2] * window.strideW() - window.padLeft() + kx * window.dilationW();
        if (y < 0 || y >= step.in().dim(1) || x < 0 || x >= step.in().dim(2)) {
          continue;
        }
        for (int c = 0; c < channels; c++) {
          int row = 1 + (ky * window.kernelW() + kx) * channels + c;
          sum +=
              Elements.get(step.in(), index[0], y, x, c)
                  * Elements.get(step.weights(), panel, row, lane);
        }
      }
    }
    return ActivationReference.apply(step.activation(), sum);
  }
}
