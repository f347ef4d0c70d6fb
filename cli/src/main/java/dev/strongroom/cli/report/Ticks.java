package dev.strongroom.cli.report;

import java.util.ArrayList;
import java.util.List;

/** Round numbers at which to mark an axis. */
final class Ticks {
  private Ticks() {}

  /** Multiples of 1, 2 or 5 times a power of ten in [low, high], about {@code wanted} of them. */
  static List<Double> decimal(double low, double high, int wanted) {
    double raw = (high - low) / wanted;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);
    return multiples(low, high, step);
  }

  /** Multiples of a power of two in [low, high], about {@code wanted} of them: sizes. */
  static List<Double> binary(double low, double high, int wanted) {
    double raw = (high - low) / wanted;
    return multiples(low, high, Math.max(1, Math.pow(2, Math.ceil(Math.log(raw) / Math.log(2)))));
  }

  private static List<Double> multiples(double low, double high, double step) {
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high * (1 + 1e-12); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
