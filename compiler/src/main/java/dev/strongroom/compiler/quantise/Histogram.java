package dev.strongroom.compiler.quantise;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * How often a value's elements fell where. Bins are a power of two wide, and twice as wide whenever
 * the range outgrows them: the result does not depend on the order in which elements came.
 */
final class Histogram {
  private static final int BINS = 2048;
  private static final int FINEST = -150;
  private static final double LARGEST_BIN = 0x1p52;

  /** How many candidates {@link RangeMethod#MSE} tries for an end of the range. */
  private static final int CANDIDATES = 64;

  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long count;
  private long zeros;
  private boolean finite = true;
  private int exponent = FINEST;
  private long first;
  private long[] bins = new long[0];

  /** Counts {@code values} in. */
  void add(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float v : values) {
      finite &= Float.isFinite(v);
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    if (!finite || values.length == 0) {
      return;
    }
    cover(low, high);
    double perUnit = Math.scalb(1.0, -exponent);
    for (float v : values) {
      bins[(int) ((long) Math.floor(v * perUnit) - first)]++;
      if (v == 0) {
        zeros++;
      }
    }
    count += values.length;
  }

  /** Counts in what {@code other} counted. */
  void add(Histogram other) {
    finite &= other.finite;
    if (!finite || other.count == 0) {
      return;
    }
    cover(other.min, other.max);
    while (exponent < other.exponent) {
      rebin(exponent + 1);
    }
    for (int i = 0; i < other.bins.length; i++) {
      if (other.bins[i] != 0) {
        long bin = other.first + i >> exponent - other.exponent;
        bins[(int) (bin - first)] += other.bins[i];
      }
    }
    count += other.count;
    zeros += other.zeros;
  }

  /** Whether every element was a finite number. */
  boolean isFinite() {
    return finite;
  }

  private void cover(double low, double high) {
    if (low >= min && high <= max) {
      return;
    }
    min = Math.min(min, low);
    max = Math.max(max, high);
    int wider = exponent;
    while (!fits(wider)) {
      wider++;
    }
    rebin(wider);
  }

  /** Whether bins 2^exponent wide are few enough, and have numbers that doubles hold. */
  private boolean fits(int exponent) {
    double low = Math.floor(Math.scalb(min, -exponent));
    double high = Math.floor(Math.scalb(max, -exponent));
    return high - low < BINS && Math.max(Math.abs(low), Math.abs(high)) < LARGEST_BIN;
  }

  private void rebin(int wider) {
    long[] before = bins;
    long firstBefore = first;
    int shift = wider - exponent;
    exponent = wider;
    first = bin(min, wider);
    bins = new long[(int) (bin(max, wider) - first) + 1];
    for (int i = 0; i < before.length; i++) {
      if (before[i] != 0) {
        bins[(int) ((firstBefore + i >> shift) - first)] += before[i];
      }
    }
  }

  private static long bin(double value, int exponent) {
    return (long) Math.floor(Math.scalb(value, -exponent));
  }

  /** The range that {@code options} choose. */
  Range range(QuantiseOptions options) {
    if (count == 0) {
      return new Range(0, 0);
    }
    return switch (options.range()) {
      case MIN_MAX -> new Range(min, max);
      case PERCENTILE -> percentile(options.percentile());
      case MSE -> leastError();
    };
  }

  private Range percentile(double percent) {
    double tail = count * (1 - percent / 100);
    int low = 0;
    for (double below = bins[0]; below <= tail && low < bins.length - 1; below += bins[low]) {
      low++;
    }
    int high = bins.length - 1;
    for (double above = bins[high]; above <= tail && high > 0; above += bins[high]) {
      high--;
    }
    double width = Math.scalb(1.0, exponent);
    return new Range(
        Math.max(min, (first + low) * width), Math.min(max, (first + high + 1) * width));
  }

  /** Moves one end at a time, the other fixed: upper, lower, upper again. */
  private Range leastError() {
    double low = Math.min(min, 0);
    double high = best(Math.max(max, 0), h -> error(Math.min(min, 0), h));
    double upper = high;
    low = best(low, l -> error(l, upper));
    double lower = low;
    high = best(Math.max(max, 0), h -> error(lower, h));
    return new Range(low, high);
  }

  private static double best(double end, DoubleUnaryOperator error) {
    double best = end;
    double least = error.applyAsDouble(end);
    for (int i = CANDIDATES - 1; i > 0 && end != 0; i--) {
      double candidate = end * i / CANDIDATES;
      double e = error.applyAsDouble(candidate);
      if (e < least) {
        least = e;
        best = candidate;
      }
    }
    return best;
  }

  /** Squared error of all elements: a rounded one's is a twelfth of a squared step on average. */
  private double error(double low, double high) {
    double step = (high - low) / 255;
    double rounding = step * step / 12;
    double width = Math.scalb(1.0, exponent);
    double sum = -zeros * rounding; // Zeros are exact.
    for (int i = 0; i < bins.length; i++) {
      if (bins[i] != 0) {
        double centre = Math.clamp((first + i + 0.5) * width, min, max);
        double beyond = centre - Math.clamp(centre, low, high);
        sum += bins[i] * Math.max(rounding, beyond * beyond);
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return "%d elements in [%s, %s], bins of 2^%d, most %d"
        .formatted(count, min, max, exponent, Arrays.stream(bins).max().orElse(0));
  }
}
