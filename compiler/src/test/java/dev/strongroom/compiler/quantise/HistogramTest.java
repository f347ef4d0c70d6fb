package dev.strongroom.compiler.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final QuantiseOptions MIN_MAX =
      QuantiseOptions.defaults().withRange(RangeMethod.MIN_MAX);
  private static final QuantiseOptions MSE = QuantiseOptions.defaults().withRange(RangeMethod.MSE);

  private static Histogram of(float[]... values) {
    Histogram histogram = new Histogram();
    for (float[] v : values) {
      histogram.add(v);
    }
    return histogram;
  }

  private static float[] gaussian(long seed, int count, double deviation) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  @Test
  void theSmallestAndTheLargestElementAreKeptToTheBit() {
    Histogram histogram = of(new float[] {0.1f, 3.3f}, new float[] {-1e-3f}, new float[] {7e5f});
    assertThat(histogram.range(MIN_MAX)).isEqualTo(new Range(-1e-3f, 7e5f));
  }

  @Test
  void aRangeAlwaysHolds0() {
    assertThat(of(new float[] {5, 6}).range(MIN_MAX)).isEqualTo(new Range(0, 6));
    assertThat(of(new float[] {-5, -6}).range(MIN_MAX)).isEqualTo(new Range(-6, 0));
  }

  @Test
  void percentilesCutAsManyElementsOffAsTheySay() {
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 4_999.5f;
    }
    Range range = of(values).range(QuantiseOptions.defaults().withPercentile(99));
    // Bins are 8 wide: 10,000 elements in at most 2,048 bins.
    assertThat(range.low()).isCloseTo(-4_900, within(8.0));
    assertThat(range.high()).isCloseTo(4_900, within(8.0));
    assertThat(of(values).range(QuantiseOptions.defaults().withPercentile(100)))
        .isEqualTo(new Range(-4_999.5, 4_999.5));
  }

  @Test
  void theLeastErrorIsHadByCuttingOutliersOffAndNothingElse() {
    float[] bulk = gaussian(1, 100_000, 1);
    Range alone = of(bulk).range(MSE);
    // The best range of a Gaussian for 8 bits is near 4 deviations (Banner et al., 1810.05723:
    // 3.92).
    assertThat(alone.high()).isBetween(3.3, 4.6);
    assertThat(alone.low()).isBetween(-4.6, -3.3);
    // Covering one element of 40 costs a million others more than its own error.
    Range withOutlier = of(gaussian(7, 1_000_000, 1), new float[] {40}).range(MSE);
    assertThat(withOutlier.high()).isBetween(5.0, 25.0);
    float[] uniform = new float[100_000];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = (float) random.nextDouble(-1, 1);
    }
    assertThat(of(uniform).range(MSE).high()).isCloseTo(1, within(0.03));
  }

  @Test
  void theOrderInWhichElementsComeDoesNotMatter() {
    float[] small = gaussian(3, 1000, 1e-3);
    float[] large = gaussian(4, 1000, 50);
    float[] middle = gaussian(5, 1000, 1);
    Histogram forth = of(small, middle, large);
    Histogram back = of(large, small, middle);
    Histogram merged = of(middle);
    merged.add(of(large));
    merged.add(of(small));
    for (QuantiseOptions options :
        new QuantiseOptions[] {MIN_MAX, MSE, QuantiseOptions.defaults().withPercentile(98)}) {
      assertThat(back.range(options)).isEqualTo(forth.range(options));
      assertThat(merged.range(options)).isEqualTo(forth.range(options));
    }
  }

  @Test
  void whatIsNoNumberIsNoticed() {
    assertThat(of(new float[] {1, Float.NaN}).isFinite()).isFalse();
    assertThat(of(new float[] {1}, new float[] {Float.POSITIVE_INFINITY}).isFinite()).isFalse();
    assertThat(of(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE}).isFinite())
        .isTrue();
  }

  @Test
  void zeroIsAnIntegerAndTheEndsAreWithinHalfAStepOfWhatTheLastIntegersStandFor() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 10_000; i++) {
      double size = Math.pow(10, random.nextDouble(-12, 12));
      Range range =
          new Range(random.nextDouble(-size, size / 4), random.nextDouble(-size / 4, size));
      float scale = range.scale();
      int zero = range.zeroPoint();
      assertThat(Math.rint(0 / scale) + zero).as("%s", range).isEqualTo(zero);
      if (range.high() - range.low() > 0) {
        assertThat((-128 - zero) * (double) scale)
            .as("%s", range)
            .isCloseTo(range.low(), within(0.501 * scale));
        assertThat((127 - zero) * (double) scale)
            .as("%s", range)
            .isCloseTo(range.high(), within(0.501 * scale));
      }
    }
    assertThat(new Range(0, 0).scale()).isEqualTo(1);
    assertThat(new Range(0, 6).zeroPoint()).isEqualTo((byte) -128);
    assertThat(new Range(-6, 0).zeroPoint()).isEqualTo((byte) 127);
  }
}
