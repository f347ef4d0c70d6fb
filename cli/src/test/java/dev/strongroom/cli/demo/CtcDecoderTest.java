package dev.strongroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class CtcDecoderTest {
  /** Classes: 0 blank, 1 a, 2 b, 3 space. */
  private final CtcDecoder decoder = CtcDecoder.ofLines("a\nb\n");

  /** Probabilities in which each step is sure of one class. */
  private static ByteBuffer steps(int... classes) {
    ByteBuffer p = ByteBuffer.allocate(classes.length * 4 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int best : classes) {
      for (int c = 0; c < 4; c++) {
        p.putFloat(c == best ? 0.7f : 0.1f);
      }
    }
    return p.flip();
  }

  @Test
  void theAlphabetIsTheLinesAndASpaceBehindTheBlank() {
    assertThat(decoder.classes()).isEqualTo(4);
    assertThat(CtcDecoder.ofLines("a\nb").classes()).isEqualTo(4);
  }

  @Test
  void repetitionsAreOneSignUnlessABlankParts() {
    assertThat(decoder.decode(steps(1, 1, 1, 2, 2)).text()).isEqualTo("ab");
    assertThat(decoder.decode(steps(1, 0, 1, 0, 0, 2)).text()).isEqualTo("aab");
  }

  @Test
  void spacesStayInsideAndGoAtTheEnds() {
    assertThat(decoder.decode(steps(3, 1, 3, 2, 3)).text()).isEqualTo("a b");
  }

  @Test
  void confidenceIsTheMeanOfWhatWasKept() {
    assertThat(decoder.decode(steps(1, 2)).confidence()).isCloseTo(0.7, within(1e-6));
    assertThat(decoder.decode(steps(0, 0))).isEqualTo(new CtcDecoder.Line("", 0));
  }

  @Test
  void aLengthThatIsNoWholeNumberOfStepsIsRefused() {
    assertThatThrownBy(() -> decoder.decode(ByteBuffer.allocate(20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20 bytes");
  }
}
