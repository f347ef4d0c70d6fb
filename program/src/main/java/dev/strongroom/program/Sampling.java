package dev.strongroom.program;

/**
 * Where along one dimension a {@link Step.Resize2d} samples its input: index o of the output lies
 * at the position {@code (start + o * step) / denominator} of the input, moved to the nearest end
 * where that is outside. All numbers are integers, so that a piece samples what the whole does.
 *
 * @param start may be negative
 * @param step not negative
 * @param denominator from 1 to {@link SamplingDescriptor#MAX_DENOMINATOR}
 */
public record Sampling(int start, int step, int denominator) {

  /** The position of index {@code o} in an input of {@code inputSize}, times the denominator. */
  public long scaledPosition(int o, int inputSize) {
    return Math.clamp(start + (long) o * step, 0, (long) (inputSize - 1) * denominator);
  }
}
