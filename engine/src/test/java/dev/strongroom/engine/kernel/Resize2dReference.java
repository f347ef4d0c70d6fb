package dev.strongroom.engine.kernel;

import dev.strongroom.program.Sampling;
import dev.strongroom.program.Step;

/** The oracle of {@link Resize2d}: weights of the pixels that lie around a position. */
final class Resize2dReference {
  private Resize2dReference() {}

  static double at(Step.Resize2d step, int[] index) {
    double y = position(step.rows(), index[1], step.in().dim(1));
    double x = position(step.columns(), index[2], step.in().dim(2));
    double sum = 0;
    for (int iy = (int) y; iy <= Math.ceil(y); iy++) {
      for (int ix = (int) x; ix <= Math.ceil(x); ix++) {
        double weight = (1 - Math.abs(y - iy)) * (1 - Math.abs(x - ix));
        sum += weight * Elements.get(step.in(), index[0], iy, ix, index[3]);
      }
    }
    return sum;
  }

  private static double position(Sampling sampling, int o, int size) {
    double position = (sampling.start() + (double) o * sampling.step()) / sampling.denominator();
    return Math.clamp(position, 0, size - 1);
  }
}
