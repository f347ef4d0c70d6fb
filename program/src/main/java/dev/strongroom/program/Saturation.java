package dev.strongroom.program;

/**
 * How a real number becomes an {@link ElementType#I8}: rounded to the nearest integer (half to
 * even), moved by the zero point, then kept within a range. What is no number counts as 0.
 *
 * <pre>q = min(max(rint(v) + zeroPoint, lowest), highest)</pre>
 *
 * <p>A function like max(x, 0) that comes before the rounding costs nothing: it is a range.
 *
 * @param zeroPoint the integer that stands for 0
 * @param lowest at least -128
 * @param highest at most 127, not below {@code lowest}
 */
public record Saturation(int zeroPoint, int lowest, int highest) {
  /** Zero point 0 and all of the type's range; what outputs that are not rounded have. */
  public static final Saturation NONE = of(0);

  /** All of the type's range. */
  public static Saturation of(int zeroPoint) {
    return new Saturation(zeroPoint, Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  /** The definition, for whoever folds constants. */
  public byte apply(float v) {
    double rounded = Float.isNaN(v) ? 0 : Math.rint(v);
    return (byte) Math.clamp(rounded + zeroPoint, lowest, highest);
  }
}
