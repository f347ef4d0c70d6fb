package dev.strongroom.cli.picture;

import dev.strongroom.cli.RequestException;
import dev.strongroom.cli.io.InputFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A PNG or JPEG that somebody brings. */
public final class PictureFile {
  private static final int MAX_FILE_BYTES = 64 << 20;

  /** What is decoded at most: decoding takes a few bytes of memory a pixel. */
  private static final long MAX_PIXELS = 50_000_000;

  private PictureFile() {}

  /** Whether the name is that of a picture: .png, .jpg or .jpeg. */
  public static boolean hasPictureName(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  /**
   * Decodes a file; transparent pixels lie on white.
   *
   * @return an opaque RGB picture
   * @throws RequestException if it is no PNG or JPEG, is damaged, or is too large
   */
  public static BufferedImage read(Path file) throws RequestException, IOException {
    byte[] content = InputFile.read(file, "picture", MAX_FILE_BYTES);
    ImageReader reader = ImageIO.getImageReadersByFormatName(format(file, content)).next();
    try (ImageInputStream in =
        new javax.imageio.stream.MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        throw new RequestException(
            "the picture %s has %d by %d pixels, more than the %,d that are accepted"
                .formatted(file, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
      }
      return opaque(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // The decoders answer damage with whatever they stumble over.
      throw new RequestException(
          "the picture %s is damaged: %s"
              .formatted(
                  file, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    } finally {
      reader.dispose();
    }
  }

  private static String format(Path file, byte[] content) throws RequestException {
    if (content.length > 8 && content[0] == (byte) 0x89 && content[1] == 'P' && content[2] == 'N') {
      return "png";
    }
    if (content.length > 3 && content[0] == (byte) 0xFF && content[1] == (byte) 0xD8) {
      return "jpeg";
    }
    throw new RequestException("%s is neither a PNG nor a JPEG picture".formatted(file));
  }

  private static BufferedImage opaque(BufferedImage picture) {
    BufferedImage rgb =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int x = 0; x < row.length; x++) {
        row[x] = onWhite(row[x]);
      }
      rgb.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    return rgb;
  }

  private static int onWhite(int argb) {
    int alpha = argb >>> 24;
    int white = 255 * (255 - alpha);
    int r = ((argb >> 16 & 0xFF) * alpha + white) / 255;
    int g = ((argb >> 8 & 0xFF) * alpha + white) / 255;
    int b = ((argb & 0xFF) * alpha + white) / 255;
    return r << 16 | g << 8 | b;
  }
}
