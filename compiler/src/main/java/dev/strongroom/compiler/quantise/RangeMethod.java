package dev.strongroom.compiler.quantise;

/** How the range that 255 steps have to cover is chosen from what a value was seen to hold. */
public enum RangeMethod {
  /** From the smallest to the largest element. */
  MIN_MAX,
  /** All but the same small part of the elements at either end; the rest saturates. */
  PERCENTILE,
  /** Whatever range makes the mean squared error least, of rounding and saturation together. */
  MSE
}
