package dev.strongroom.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strongroom.cli.picture.PictureTensor.ChannelOrder;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PictureTensorTest {
  private static BufferedImage picture(int width, int height, int... rgb) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, width, height, rgb, 0, width);
    return picture;
  }

  @Test
  void channelsAreSeparatePlanesInTheOrderAskedFor() {
    BufferedImage one = picture(1, 1, 0xFF8000);
    ByteBuffer rgb = new PictureTensor(3, 1, 1, ChannelOrder.RGB, 0, 1).of(one);
    assertThat(new float[] {rgb.getFloat(), rgb.getFloat(), rgb.getFloat()})
        .containsExactly(new float[] {1, 128 / 255f, 0}, within(1e-6f));
    ByteBuffer bgr = new PictureTensor(3, 1, 1, ChannelOrder.BGR, 0.5f, 0.5f).of(one);
    assertThat(new float[] {bgr.getFloat(), bgr.getFloat(), bgr.getFloat()})
        .containsExactly(new float[] {-1, 128 / 127.5f - 1, 1}, within(1e-6f));
  }

  @Test
  void oneChannelIsBrightness() {
    ByteBuffer grey =
        new PictureTensor(1, 1, 1, ChannelOrder.RGB, 0, 1).of(picture(1, 1, 0x00FF00));
    assertThat(grey.getFloat()).isCloseTo(0.587f, within(1e-6f));
  }

  @Test
  void shrinkingAveragesAndSkipsNoPixel() {
    ByteBuffer half =
        new PictureTensor(1, 1, 2, ChannelOrder.RGB, 0, 1)
            .of(picture(8, 1, 0, 0, 0, 0xFFFFFF, 0, 0, 0, 0));
    float sum = half.getFloat() + half.getFloat();
    assertThat(sum).isCloseTo(2 / 8f, within(0.05f));
  }

  @Test
  void enlargingInterpolatesAndKeepsTheEnds() {
    ByteBuffer wide =
        new PictureTensor(1, 1, 4, ChannelOrder.RGB, 0, 1).of(picture(2, 1, 0, 0xFFFFFF));
    assertThat(new float[] {wide.getFloat(), wide.getFloat(), wide.getFloat(), wide.getFloat()})
        .containsExactly(new float[] {0, 0.25f, 0.75f, 1}, within(1e-5f));
  }

  @Test
  void columnsBehindThePictureAreZero() {
    ByteBuffer padded =
        new PictureTensor(1, 1, 3, ChannelOrder.RGB, 0.5f, 0.5f).of(picture(1, 1, 0xFFFFFF), 2);
    assertThat(new float[] {padded.getFloat(), padded.getFloat(), padded.getFloat()})
        .containsExactly(new float[] {1, 1, 0}, within(1e-6f));
  }

  @Test
  void aTensorThatNoPictureBecomesIsRefused() {
    assertThatThrownBy(() -> new PictureTensor(2, 1, 1, ChannelOrder.RGB, 0, 1))
        .hasMessageContaining("channels=2");
    assertThatThrownBy(() -> new PictureTensor(3, 1, 1, ChannelOrder.RGB, 0, 0))
        .hasMessageContaining("std=0.0");
  }
}
