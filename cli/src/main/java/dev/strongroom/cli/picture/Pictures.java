package dev.strongroom.cli.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Random;

/**
 * Draws close-ups of things with a line of text on them, the way a camera might see them: uneven
 * light, shadow, noise, a slight tilt. Each is {@value #WIDTH} by {@value #HEIGHT} pixels and the
 * same on every machine, since neither fonts nor chance come from outside.
 */
public enum Pictures {
  /** The counter of a utility meter: digits on drums behind a window, the last ones red. */
  METER("0042719") {
    @Override
    void draw(Graphics2D g, String text, Random chance) {
      g.setPaint(new GradientPaint(0, 0, new Color(0xD8D5CC), 0, HEIGHT, new Color(0xB9B5AA)));
      g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
      int count = text.length();
      double pitch = Math.min(100, (WIDTH - 80.0) / count);
      double left = (WIDTH - pitch * count) / 2;
      double fraction = count > 5 ? 2 : 0;
      for (int i = 0; i < count; i++) {
        boolean red = i >= count - fraction;
        Shape drum = new RoundRectangle2D.Double(left + i * pitch + 3, 12, pitch - 6, 120, 8, 8);
        Color dark = red ? new Color(0x7C1418) : new Color(0x141416);
        Color light = red ? new Color(0xB0282C) : new Color(0x3A3A3E);
        g.setPaint(new GradientPaint(0, 8, dark, 0, 72, light, true));
        g.fill(drum);
        char sign = text.charAt(i);
        double scale = 76 / StrokeFont.CAP_HEIGHT;
        double x = left + i * pitch + (pitch - StrokeFont.width(sign) * scale) / 2;
        double y = 34 + chance.nextDouble(-3, 3);
        write(g, StrokeFont.path(sign), x, y, scale, 9, new Color(0xF1EFE6));
      }
    }
  },

  /** The number of a bank card: embossed, silver worn off at places. */
  CARD("4000 0566 5566 5556") {
    @Override
    void draw(Graphics2D g, String text, Random chance) {
      g.setPaint(new GradientPaint(0, 0, new Color(0x16345E), WIDTH, HEIGHT, new Color(0x2F6C8F)));
      g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
      g.setStroke(new BasicStroke(1.2f));
      for (int i = 0; i < 26; i++) {
        g.setColor(new Color(255, 255, 255, 14));
        g.draw(new Ellipse2D.Double(-300 + i * 22, -420 + i * 9, 900, 620));
      }
      Path2D line = StrokeFont.path(text);
      double scale = fit(text, 62, 60);
      double x = (WIDTH - StrokeFont.width(text) * scale) / 2;
      double y = (HEIGHT - StrokeFont.CAP_HEIGHT * scale) / 2;
      write(g, line, x + 2.5, y + 3, scale, 8.5, new Color(0, 0, 0, 120));
      write(g, line, x - 1.2, y - 1.4, scale, 8, new Color(0xF7FAFC));
      write(g, line, x, y, scale, 6.4, new Color(0xC9D2DA));
    }
  },

  /** The label of a parcel: black print on paper with a crease and the edge of a barcode. */
  PARCEL("SR-7Q4-X91-ZURICH") {
    @Override
    void draw(Graphics2D g, String text, Random chance) {
      g.setPaint(new GradientPaint(0, 0, new Color(0xF4F0E6), WIDTH, 30, new Color(0xDDD6C6)));
      g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
      g.setColor(new Color(0x2A2724));
      for (double x = 30; x < WIDTH - 30; ) {
        double bar = 2 + chance.nextInt(4) * 2;
        g.fill(new Rectangle2D.Double(x, -2, bar, 12));
        x += bar + 3 + chance.nextInt(4) * 2;
      }
      double scale = fit(text, 74, 50);
      double x = (WIDTH - StrokeFont.width(text) * scale) / 2;
      write(g, StrokeFont.path(text), x, 40, scale, 9.5, new Color(0x1E1C1A));
      g.setPaint(
          new GradientPaint(
              560, 0, new Color(90, 80, 60, 0), 600, 10, new Color(90, 80, 60, 70), true));
      g.fill(new Rectangle2D.Double(560, 0, 80, HEIGHT));
    }
  };

  /** Width of every drawn picture in pixels. */
  public static final int WIDTH = 960;

  /** Height of every drawn picture in pixels. */
  public static final int HEIGHT = 144;

  /** The longest text that stays legible on a picture of this width. */
  public static final int LONGEST_TEXT = 20;

  private static final long SEED = 0x57524F4E47L;

  private final String exampleText;

  Pictures(String exampleText) {
    this.exampleText = exampleText;
  }

  abstract void draw(Graphics2D g, String text, Random chance);

  /** What the picture says unless told otherwise. */
  public String exampleText() {
    return exampleText;
  }

  /** The name by which a person chooses it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Draws {@code text}: 1 to {@value #LONGEST_TEXT} capital letters A to Z, digits, spaces and the
   * signs {@code . , : - /}.
   *
   * @return an opaque RGB picture
   * @throws IllegalArgumentException if a sign cannot be drawn, or the text is empty or too long
   */
  public BufferedImage draw(String text) {
    if (text.isBlank() || text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "a drawn text has 1 to %d signs, got %d".formatted(LONGEST_TEXT, text.length()));
    }
    for (int i = 0; i < text.length(); i++) {
      char sign = text.charAt(i);
      if (!StrokeFont.has(sign)) {
        throw new IllegalArgumentException(
            "cannot draw '%c' (U+%04X): capital letters A to Z, digits, spaces and . , : - / only"
                .formatted(sign, (int) sign));
      }
    }
    Random chance = new Random(SEED + text.hashCode());
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      AffineTransform upright = g.getTransform();
      g.rotate(Math.toRadians(chance.nextDouble(-0.5, 0.5)), WIDTH / 2.0, HEIGHT / 2.0);
      g.scale(1.02, 1.04);
      g.translate(-0.01 * WIDTH, -0.02 * HEIGHT);
      draw(g, text, chance);
      g.setTransform(upright);
      light(g);
    } finally {
      g.dispose();
    }
    addNoise(picture, chance);
    return picture;
  }

  /** Units to pixels so that {@code text} is {@code height} pixels high, or as wide as fits. */
  private static double fit(String text, double height, double margin) {
    return Math.min(height / StrokeFont.CAP_HEIGHT, (WIDTH - 2 * margin) / StrokeFont.width(text));
  }

  private static void write(
      Graphics2D g, Path2D path, double x, double y, double scale, double pen, Color ink) {
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.scale(scale, scale);
    g.setColor(ink);
    g.setStroke(new BasicStroke((float) pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(path.createTransformedShape(place));
  }

  /** A lamp from the upper left, a shadow at the lower right. */
  private static void light(Graphics2D g) {
    g.setPaint(
        new GradientPaint(
            0, 0, new Color(255, 255, 255, 46), WIDTH * 0.6f, HEIGHT, new Color(255, 255, 255, 0)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    g.setPaint(
        new GradientPaint(
            WIDTH * 0.55f, 0, new Color(0, 0, 0, 0), WIDTH, HEIGHT, new Color(0, 0, 0, 70)));
    g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
  }

  /** A camera's grain: the same small step on all three channels of a pixel. */
  private static void addNoise(BufferedImage picture, Random chance) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int grain = (int) Math.round(chance.nextGaussian() * 6);
        int rgb = picture.getRGB(x, y);
        int r = Math.clamp((rgb >> 16 & 0xFF) + grain, 0, 255);
        int green = Math.clamp((rgb >> 8 & 0xFF) + grain, 0, 255);
        int b = Math.clamp((rgb & 0xFF) + grain, 0, 255);
        picture.setRGB(x, y, r << 16 | green << 8 | b);
      }
    }
  }
}
