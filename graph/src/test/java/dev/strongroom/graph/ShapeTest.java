package dev.strongroom.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void countsElementsAndReadsWithTimesSigns() {
    assertThat(Shape.of(1, 3, 48, 320).elements()).isEqualTo(46_080);
    assertThat(Shape.of(1, 3, 48, 320)).hasToString("1×3×48×320");
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("scalar");
  }

  @Test
  void refusesANegativeDimension() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, -1]");
  }
}
