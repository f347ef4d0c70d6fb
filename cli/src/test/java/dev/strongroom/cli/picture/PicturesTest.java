package dev.strongroom.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PicturesTest {
  private static int[] pixels(BufferedImage picture) {
    return ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
  }

  @ParameterizedTest
  @EnumSource(Pictures.class)
  void aPictureIsTheSameEachTimeAndAnotherForAnotherText(Pictures kind) {
    int[] first = pixels(kind.draw(kind.exampleText()));
    assertThat(pixels(kind.draw(kind.exampleText()))).isEqualTo(first);
    assertThat(pixels(kind.draw("12345"))).isNotEqualTo(first);
  }

  @Test
  void everySignOfTheFontLeavesInk() {
    for (char sign : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:-/".toCharArray()) {
      assertThat(
              StrokeFont.path(sign).getBounds2D().getHeight()
                  + StrokeFont.path(sign).getBounds2D().getWidth())
          .as("glyph %c", sign)
          .isPositive();
    }
  }

  @Test
  void whatCannotBeDrawnIsNamed() {
    assertThatThrownBy(() -> Pictures.CARD.draw("naïve")).hasMessageContaining("'n'");
    assertThatThrownBy(() -> Pictures.CARD.draw(" ")).hasMessageContaining("1 to 20");
    assertThatThrownBy(() -> Pictures.CARD.draw("1".repeat(21))).hasMessageContaining("got 21");
  }
}
