package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The peak is a speed that only compiled vectors reach. */
class FmaPeakTest {
  @Test
  void oneThreadAndTwoReachMoreThanScalarsCould() throws Exception {
    // A chain of scalar additions at 5 GHz, each waiting 4 cycles for the last, does 2.5.
    assertThat(FmaPeak.gflops(1)).isGreaterThan(2.5);
    assertThat(FmaPeak.gflops(2)).isGreaterThan(2.5);
  }
}
