package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Activation.Function;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tiny mathematics against {@link Math} in double precision, in units in the last place. */
class TinyMathTest {
  private static final int A_BINADE = 2_000;

  /** Of the floats that are looked at together when all are. */
  private static final int BLOCK_BITS = 16;

  /** Every binade of both signs, its ends, and the numbers that are special. */
  private static float[] sample(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      0.625f,
      0.95f,
      4f,
      20f,
      -14.5f,
      131072f,
      131072.02f,
      88.72284f,
      -87.33655f,
      -103.97208f
    };
    float[] sample = new float[special.length + 2 * 255 * A_BINADE];
    System.arraycopy(special, 0, sample, 0, special.length);
    int next = special.length;
    for (int exponent = 0; exponent < 255; exponent++) {
      for (int i = 0; i < A_BINADE; i++) {
        int fraction = i == 0 ? 0 : i == 1 ? 0x7fffff : random.nextInt(1 << 23);
        float x = Float.intBitsToFloat(exponent << 23 | fraction);
        sample[next++] = x;
        sample[next++] = -x;
      }
    }
    return sample;
  }

  private static float[] apply(Activation activation, float[] x) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x);
      MemorySegment out = arena.allocate(in.byteSize());
      ActivationLoops.run(activation, in.address(), out.address(), x.length);
      return out.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static Activation of(Function function) {
    return switch (function) {
      case CLIP -> Activation.of(function, -1.5f, 6f);
      case HARD_SIGMOID -> Activation.of(function, 0.2f, 0.5f);
      case HARD_SWISH -> Activation.of(function, 3, 6);
      case SWISH -> Activation.of(function, 1f, 0f);
      case LEAKY_RELU -> Activation.of(function, 0.1f, 0f);
      default -> Activation.of(function);
    };
  }

  /** Of each function the most ulps, and an absolute error that is small enough for any number. */
  static List<Arguments> bounds() {
    return List.of(
        arguments(Function.EXP, 0.991, 0),
        arguments(Function.SIGMOID, 1.967, 0),
        arguments(Function.SWISH, 3.364, 1e-43),
        arguments(Function.TANH, 1.952, 0),
        arguments(Function.ERF, 1.171, 0),
        arguments(Function.GELU, 1.699, 0),
        arguments(Function.SQRT, 0.5001, 0),
        arguments(Function.RSQRT, 1.491, 0),
        arguments(Function.LOG, 0.938, 0),
        arguments(Function.SIN, 0.852, 0),
        arguments(Function.COS, 0.847, 0),
        arguments(Function.RECIPROCAL, 0.5001, 0),
        arguments(Function.HARD_SIGMOID, 1, 0));
  }

  @ParameterizedTest(name = "{0} within {1} ulp or {2}")
  @MethodSource("bounds")
  void isAccurateOverASampleOfFloats(Function function, double ulps, double absolute) {
    check(worst(function, absolute, sample(function.code())), function, ulps);
  }

  /**
   * One or two minutes for each function: with -Dexhaustive=true, or a function's name, see
   * docs/performance.md.
   */
  @ParameterizedTest(name = "{0} within {1} ulp or {2}")
  @MethodSource("bounds")
  @EnabledIfSystemProperty(named = "exhaustive", matches = ".+")
  void isAccurateOverAllFloats(Function function, double ulps, double absolute) {
    String chosen = System.getProperty("exhaustive");
    assumeTrue(chosen.equals("true") || chosen.equals(function.name()), "another was chosen");
    Deviation worst = Deviation.NONE;
    for (int block = 0; block < 1 << (Integer.SIZE - BLOCK_BITS); block++) {
      worst = worst.larger(worst(function, absolute, block(block)));
    }
    System.out.printf(
        Locale.ROOT, "%s: %.4f ulp at most, at %s%n", function, worst.ulps(), worst.at());
    check(worst, function, ulps);
  }

  private static float[] block(int number) {
    float[] x = new float[1 << BLOCK_BITS];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat(number << BLOCK_BITS | i);
    }
    return x;
  }

  private record Deviation(double ulps, float at) {
    static final Deviation NONE = new Deviation(0, 0);

    /** One that is no number is larger than any. */
    Deviation larger(Deviation other) {
      return other.ulps <= ulps ? this : other;
    }
  }

  private static Deviation worst(Function function, double absolute, float[] x) {
    Activation activation = of(function);
    float[] y = apply(activation, x);
    Deviation worst = Deviation.NONE;
    for (int i = 0; i < x.length; i++) {
      double expected = ActivationReference.function(activation, x[i]);
      double error = Math.abs(y[i] - expected) <= absolute ? 0 : ulpsBetween(y[i], expected);
      if (!(error <= worst.ulps())) {
        worst = new Deviation(error, x[i]);
      }
    }
    return worst;
  }

  private static void check(Deviation worst, Function function, double ulps) {
    assertThat(worst.ulps())
        .as("largest error of %s in ulp, at %s", function, worst.at())
        .isLessThanOrEqualTo(ulps);
  }

  private static double ulpsBetween(float actual, double expected) {
    if (Double.isNaN(expected) || Double.isNaN(actual)) {
      return Double.isNaN(expected) && Double.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
    }
    float rounded = (float) expected;
    if (Float.isInfinite(rounded) || Float.isInfinite(actual)) {
      return actual == rounded || Math.abs(expected) > Float.MAX_VALUE * 0.99999 ? 0 : 1e9;
    }
    int exponent = Math.max(Math.getExponent(rounded), Float.MIN_EXPONENT);
    return Math.abs(actual - expected)
        * Double.longBitsToDouble((long) (1023 + 23 - exponent) << 52);
  }

  @ParameterizedTest
  @EnumSource
  void givesAVectorsLanesTheSameBitsAsASingleElement(Function function) {
    Activation activation = of(function);
    float[] x = sample(7);
    float[] y = apply(activation, x);
    for (int i = 0; i < x.length; i++) {
      float single = ActivationLoops.scalar(activation, x[i]);
      if (Float.floatToIntBits(single) != Float.floatToIntBits(y[i])) {
        throw new AssertionError(
            "%s(%s) is %s in a vector and %s alone".formatted(function, x[i], y[i], single));
      }
    }
  }

  /** Adding -0 keeps the sign of a zero, which adding 0 does not. */
  @Test
  void keepsTheSignOfZero() {
    for (Function function :
        List.of(Function.TANH, Function.ERF, Function.GELU, Function.SQRT, Function.SIN)) {
      float[] y = apply(new Activation(function, 0, 0, 1, -0f), new float[40]);
      assertThat(y).as("%s of 0", function).containsOnly(0f);
      float[] x = new float[40];
      Arrays.fill(x, -0f);
      assertThat(apply(new Activation(function, 0, 0, 1, -0f), x))
          .as("%s of -0", function)
          .containsOnly(-0f);
    }
  }

  @Test
  void givesWhatTheLimitsOfTheFunctionsAre() {
    float infinity = Float.POSITIVE_INFINITY;
    checkLimit(Function.EXP, -infinity, 0f);
    checkLimit(Function.EXP, infinity, infinity);
    checkLimit(Function.SIGMOID, -infinity, 0f);
    checkLimit(Function.SIGMOID, infinity, 1f);
    checkLimit(Function.TANH, -infinity, -1f);
    checkLimit(Function.ERF, -infinity, -1f);
    checkLimit(Function.GELU, -infinity, 0f);
    checkLimit(Function.GELU, infinity, infinity);
    checkLimit(Function.RSQRT, infinity, 0f);
    checkLimit(Function.RSQRT, -0f, -infinity);
    checkLimit(Function.SQRT, infinity, infinity);
    checkLimit(Function.SQRT, -1f, Float.NaN);
    checkLimit(Function.LOG, 0f, -infinity);
    checkLimit(Function.LOG, -0f, -infinity);
    checkLimit(Function.LOG, infinity, infinity);
    checkLimit(Function.LOG, -Float.MIN_VALUE, Float.NaN);
    checkLimit(Function.LOG, -infinity, Float.NaN);
    checkLimit(Function.SIN, infinity, Float.NaN);
    checkLimit(Function.COS, -infinity, Float.NaN);
  }

  private static void checkLimit(Function function, float x, float expected) {
    float[] arguments = new float[20];
    Arrays.fill(arguments, x);
    assertThat(apply(of(function), arguments)).as("%s of %s", function, x).containsOnly(expected);
  }

  /** One large angle sends a whole vector another way. */
  @Test
  void computesAnAngleTheSameNextToLargeOnes() {
    for (Function function : List.of(Function.SIN, Function.COS)) {
      float[] x = sample(11);
      float[] alone = apply(of(function), x);
      for (int i = 0; i < x.length; i += 1 + i % 23) {
        x[i] = 1e20f;
      }
      float[] mixed = apply(of(function), x);
      for (int i = 0; i < x.length; i++) {
        if (x[i] != 1e20f) {
          assertThat(Float.compare(mixed[i], alone[i])).as("%s of %s", function, x[i]).isZero();
        }
      }
    }
  }
}
