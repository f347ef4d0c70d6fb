package dev.strongroom.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What one process tells another survives being a line among others. */
class LineTest {
  @Test
  void valuesArriveAsTheyWereTold() {
    Line line = Line.of(Line.TIMED, "who", 3, 1L << 40, 0.1, "");
    Line told = Line.parse(line.text()).orElseThrow();
    assertThat(told).isEqualTo(line);
    assertThat(told.integer(1)).isEqualTo(3);
    assertThat(told.number(2)).isEqualTo(1L << 40);
    assertThat(told.decimal(3)).isEqualTo(0.1);
  }

  @Test
  void aValueOfSeveralLinesBecomesOneLine() {
    Line line = Line.of(Line.BROKEN, "first\n\tsecond");
    assertThat(line.text()).hasLineCount(1);
    assertThat(Line.parse(line.text()).orElseThrow().word(0)).isEqualTo("first second");
  }

  @Test
  void otherOutputIsNoLine() {
    for (String text : new String[] {"", "WARNING: something", "strongroom-bench", "\tx"}) {
      assertThat(Line.parse(text)).as(text).isEmpty();
    }
  }
}
