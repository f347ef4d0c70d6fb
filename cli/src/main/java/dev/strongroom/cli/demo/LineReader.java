package dev.strongroom.cli.demo;

import dev.strongroom.cli.picture.PictureTensor;
import dev.strongroom.cli.picture.PictureTensor.ChannelOrder;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;

/**
 * What PP-OCR's recogniser wants around it (PaddleOCR, tools/infer/predict_rec.py): a line of text
 * as [1, 3, {@value #HEIGHT}, W] in blue, green, red, from -1 to 1, as wide as the picture's
 * proportions demand and then padded with zeros.
 *
 * @param width W, the same for every picture of one compiled model
 */
public record LineReader(int width, CtcDecoder decoder) {
  /** Rows of pixels that the recogniser was trained on. */
  public static final int HEIGHT = 48;

  private static final int LEAST_WIDTH = 320;
  private static final int MOST_WIDTH = 1600;

  /** PP-OCR batches lines in widths of this grain. */
  private static final int WIDTH_STEP = 32;

  /** The width W for a picture: its proportions kept where the recogniser can follow. */
  public static int widthFor(BufferedImage picture) {
    int steps = (filled(picture, MOST_WIDTH) + WIDTH_STEP - 1) / WIDTH_STEP;
    return Math.max(LEAST_WIDTH, steps * WIDTH_STEP);
  }

  private static int filled(BufferedImage picture, int most) {
    long proportional =
        Math.ceilDiv((long) HEIGHT * picture.getWidth(), (long) picture.getHeight());
    return Math.clamp(proportional, 1, most);
  }

  /** The recogniser's input for a picture of one line. */
  public ByteBuffer tensor(BufferedImage picture) {
    return new PictureTensor(3, HEIGHT, width, ChannelOrder.BGR, 0.5f, 0.5f)
        .of(picture, filled(picture, width));
  }

  /** What the recogniser's answer says. */
  public CtcDecoder.Line text(ByteBuffer probabilities) {
    return decoder.decode(probabilities);
  }
}
