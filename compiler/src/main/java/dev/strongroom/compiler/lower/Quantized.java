package dev.strongroom.compiler.lower;

import dev.strongroom.program.ElementType;

/**
 * The quantised form of a float value: element q of the region stands for {@code (q - zeroPoint) *
 * scale}. Steps on integers read the region; a step on floats has it dequantised first.
 *
 * @param region of {@link ElementType#I8}
 */
record Quantized(Region region, float scale, int zeroPoint) {
  /** Whether equal integers stand for equal numbers in both. */
  boolean agreesWith(float otherScale, int otherZeroPoint) {
    return scale == otherScale && zeroPoint == otherZeroPoint;
  }

  boolean agreesWith(Quantized other) {
    return agreesWith(other.scale, other.zeroPoint);
  }
}
