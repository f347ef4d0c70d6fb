package dev.strongroom.cli.picture;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;

/** A picture in a terminal: each character's upper half is one pixel, its lower half another. */
public final class Preview {
  private static final int COLUMNS = 96;
  private static final String RESET = "\u001b[0m";

  private Preview() {}

  /** Lines of half blocks in 24-bit colour (ISO 8613-6), at most {@value #COLUMNS} wide. */
  public static String of(BufferedImage picture) {
    int columns = Math.min(COLUMNS, picture.getWidth());
    int rows = Math.clamp((long) picture.getHeight() * columns / picture.getWidth(), 2, COLUMNS);
    rows += rows % 2;
    ByteBuffer small =
        new PictureTensor(3, rows, columns, PictureTensor.ChannelOrder.RGB, 0, 1 / 255f)
            .of(picture);
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < rows; y += 2) {
      for (int x = 0; x < columns; x++) {
        text.append("\u001b[38;2;").append(colour(small, rows, columns, y, x));
        text.append("m\u001b[48;2;").append(colour(small, rows, columns, y + 1, x));
        text.append("m\u2580");
      }
      text.append(RESET).append('\n');
    }
    return text.toString();
  }

  private static String colour(ByteBuffer planes, int rows, int columns, int y, int x) {
    int at = y * columns + x;
    int plane = rows * columns;
    return "%d;%d;%d"
        .formatted(
            Math.round(planes.getFloat(4 * at)),
            Math.round(planes.getFloat(4 * (plane + at))),
            Math.round(planes.getFloat(4 * (2 * plane + at))));
  }
}
