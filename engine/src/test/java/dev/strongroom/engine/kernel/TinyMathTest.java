package dev.strongroom.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strongroom.program.Activation;
import dev.strongroom.program.Activation.Function;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tiny mathematics against {@link Math} in double precision, in units in the last place. */
class TinyMathTest {
  private static final int A_BINADE = 2_000;

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

  @ParameterizedTest(name = "{0} within {1} ulp or {2}")
  @CsvSource({
    "EXP, 2, 0",
    "SIGMOID, 4, 0",
    "SWISH, 4, 1e-43",
    "TANH, 4, 0",
    "ERF, 4, 0",
    "SQRT, 0.5001, 0",
    "RSQRT, 2, 0",
    "RECIPROCAL, 0.5001, 0",
    "HARD_SIGMOID, 1, 0"
  })
  void isAccurateOverAllFloats(Function function, double ulps, double absolute) {
    float[] x = sample(function.code());
    float[] y = apply(of(function), x);
    double worst = 0;
    float worstAt = 0;
    for (int i = 0; i < x.length; i++) {
      double expected = ActivationReference.function(of(function), x[i]);
      double error = Math.abs(y[i] - expected) <= absolute ? 0 : ulpsBetween(y[i], expected);
      if (!(error <= worst)) {
        worst = error;
        worstAt = x[i];
      }
    }
    assertThat(worst)
        .as("largest error of %s in ulp, at %s", function, worstAt)
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
    return Math.abs(actual - expected) / Math.ulp(rounded);
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

  @ParameterizedTest
  @EnumSource(names = "GELU")
  void isAccurateToTheArgumentsLastPlaces(Function function) {
    for (float x : sample(3)) {
      if (Math.abs(x) > 1e30 || Float.isNaN(x)) {
        continue;
      }
      float y = ActivationLoops.scalar(of(function), x);
      double error = Math.abs(y - ActivationReference.function(of(function), x));
      assertThat(error).as("error of GELU at %s", x).isLessThanOrEqualTo(2.0 * Math.ulp(x));
    }
  }
}
