package dev.strongroom.compiler.quantise;

import java.util.OptionalDouble;

/**
 * How a graph is to be quantised.
 *
 * @param weightsOnly whether activations stay FLOAT32 and weights alone become INT8
 * @param range how the ranges of activations are chosen
 * @param percentile of {@link RangeMethod#PERCENTILE}: the part of the elements, in percent, that
 *     lies below the upper end, and above the lower
 * @param perChannel whether weights have a scale for each output channel instead of one
 * @param maxError the largest relative error at the outputs (root of noise energy over signal
 *     energy) that is put up with; layers stay FLOAT32 until it is met
 * @param minAgreement the same for the part of the answers, between 0 and 1, whose largest element
 *     is where it is without quantisation
 */
public record QuantiseOptions(
    boolean weightsOnly,
    RangeMethod range,
    double percentile,
    boolean perChannel,
    OptionalDouble maxError,
    OptionalDouble minAgreement) {

  /**
   * @throws IllegalArgumentException if the percentile is not above 50 and at most 100, the error
   *     not positive, or the agreement not between 0 and 1
   */
  public QuantiseOptions {
    if (!(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "percentile %s is not above 50 and at most 100".formatted(percentile));
    }
    if (maxError.isPresent() && !(maxError.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "a largest error of %s is not positive".formatted(maxError.getAsDouble()));
    }
    if (minAgreement.isPresent()
        && !(minAgreement.getAsDouble() >= 0 && minAgreement.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "an agreement of %s is not between 0 and 1".formatted(minAgreement.getAsDouble()));
    }
  }

  /** Weights and activations, ranges by {@link RangeMethod#PERCENTILE}, all layers. */
  public static QuantiseOptions defaults() {
    return new QuantiseOptions(
        false, RangeMethod.PERCENTILE, 99.99, true, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** Weights, and nothing else. */
  public static QuantiseOptions ofWeightsOnly() {
    return new QuantiseOptions(
        true, RangeMethod.MIN_MAX, 100, true, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** The same with other ranges. */
  public QuantiseOptions withRange(RangeMethod method) {
    return new QuantiseOptions(weightsOnly, method, percentile, perChannel, maxError, minAgreement);
  }

  /** The same with another percentile. */
  public QuantiseOptions withPercentile(double value) {
    return new QuantiseOptions(weightsOnly, range, value, perChannel, maxError, minAgreement);
  }

  /** The same with one scale for all of a layer's weights. */
  public QuantiseOptions perTensor() {
    return new QuantiseOptions(weightsOnly, range, percentile, false, maxError, minAgreement);
  }

  /** The same with a bound on the relative error at the outputs. */
  public QuantiseOptions withMaxError(double error) {
    return new QuantiseOptions(
        weightsOnly, range, percentile, perChannel, OptionalDouble.of(error), minAgreement);
  }

  /** The same with a bound on the part of the answers that agree. */
  public QuantiseOptions withMinAgreement(double agreement) {
    return new QuantiseOptions(
        weightsOnly, range, percentile, perChannel, maxError, OptionalDouble.of(agreement));
  }

  /** Whether {@code error} is put up with. */
  boolean accepts(OutputError error) {
    return (maxError.isEmpty() || error.relative() <= maxError.getAsDouble())
        && (minAgreement.isEmpty()
            || error.agreement().isEmpty()
            || error.agreement().getAsDouble() >= minAgreement.getAsDouble());
  }
}
