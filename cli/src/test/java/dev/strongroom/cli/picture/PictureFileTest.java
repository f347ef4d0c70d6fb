package dev.strongroom.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.cli.RequestException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  @TempDir private Path directory;

  private byte[] encoded(String format) throws Exception {
    BufferedImage picture = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 800; i++) {
      picture.setRGB(i % 40, i / 40, i * 7919);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, format, out);
    return out.toByteArray();
  }

  @Test
  void aPngIsReadPixelByPixel() throws Exception {
    Path file = Files.write(directory.resolve("a.png"), encoded("png"));
    BufferedImage picture = PictureFile.read(file);
    assertThat(picture.getRGB(3, 2) & 0xFFFFFF).isEqualTo(83 * 7919);
  }

  @Test
  void transparencyLiesOnWhite() throws Exception {
    BufferedImage clear = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    Path file = directory.resolve("clear.png");
    ImageIO.write(clear, "png", file.toFile());
    assertThat(PictureFile.read(file).getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void whateverIsDamagedNothingButARefusalIsThrown(String format) throws Exception {
    long seed = 11;
    Random random = new Random(seed);
    byte[] whole = encoded(format);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 6; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(directory.resolve("damaged." + format), damaged);
      try {
        assertThat(PictureFile.read(file)).as("seed %d, round %d", seed, round).isNotNull();
      } catch (RequestException refusal) {
        assertThat(refusal.getMessage()).contains("damaged." + format);
      }
    }
  }

  @Test
  void aPictureThatClaimsToBeHugeIsRefusedBeforeItIsDecoded() throws Exception {
    byte[] png = encoded("png");
    ByteBuffer.wrap(png).putInt(16, 200_000).putInt(20, 200_000);
    Path file = Files.write(directory.resolve("huge.png"), png);
    assertThatThrownBy(() -> PictureFile.read(file)).isInstanceOf(RequestException.class);
  }

  @Test
  void anotherFormatIsNamedAsNeither() throws Exception {
    Path file = Files.writeString(directory.resolve("text.png"), "not a picture at all");
    assertThatThrownBy(() -> PictureFile.read(file))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("neither a PNG nor a JPEG");
  }
}
