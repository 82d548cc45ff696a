package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * An image as a tokenizer computes with it: [height, width, 3], red, green, blue, nominally in [-1,
 * 1]. Immutable.
 */
public final class Pixels {
  private static final int COLOURS = 3;
  private static final double HALF = 127.5;

  private final int height;
  private final int width;
  private final double[] values;

  /**
   * Takes a copy of the values.
   *
   * @param values [height, width, 3]
   */
  public Pixels(int height, int width, double... values) {
    if (values.length != (long) height * width * COLOURS) {
      throw new IllegalArgumentException(
          "%d values for %dx%d pixels of 3".formatted(values.length, width, height));
    }
    this.height = height;
    this.width = width;
    this.values = values.clone();
  }

  /**
   * The pixels of a picture, each {@code byte / 127.5 - 1} (VARIANTS.md 2). Transparency is left
   * out; a grey picture has its grey three times; of 16 bits the upper 8 count.
   */
  public static Pixels of(BufferedImage picture) {
    double[] values = new double[picture.getHeight() * picture.getWidth() * COLOURS];
    int at = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int rgb : row(picture, y)) {
        for (int shift = 16; shift >= 0; shift -= 8) {
          values[at++] = (rgb >> shift & 0xFF) / HALF - 1;
        }
      }
    }
    return new Pixels(picture.getHeight(), picture.getWidth(), values);
  }

  /** The picture: each byte is {@code 127.5 x + 128} cut to 0 .. 255 and truncated. */
  public BufferedImage toPicture() {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] colours = new int[height * width];
    for (int i = 0; i < colours.length; i++) {
      for (int channel = 0; channel < COLOURS; channel++) {
        colours[i] = colours[i] << 8 | level(values[i * COLOURS + channel]);
      }
    }
    picture.setRGB(0, 0, width, height, colours, 0, width);
    return picture;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** A copy of the values, [height, width, 3]. */
  public double[] values() {
    return values.clone();
  }

  /** [1, height, width, 3]. */
  Shape shape() {
    return Shape.of(1, height, width, COLOURS);
  }

  /** A NaN is black, as nothing else would stand out. */
  private static int level(double value) {
    return (int) Math.clamp(HALF * value + 128, 0, 255);
  }

  /** A row as 24-bit colours; grey is read as it is stored, not through a colour profile. */
  private static int[] row(BufferedImage picture, int y) {
    ColorModel model = picture.getColorModel();
    int[] colours = new int[picture.getWidth()];
    if (model instanceof IndexColorModel || model.getNumColorComponents() != 1) {
      return picture.getRGB(0, y, colours.length, 1, colours, 0, colours.length);
    }
    Raster raster = picture.getRaster();
    int bits = model.getComponentSize(0);
    for (int x = 0; x < colours.length; x++) {
      int sample = raster.getSample(x, y, 0);
      int grey = bits > 8 ? sample >> (bits - 8) : sample * 0xFF / ((1 << bits) - 1);
      colours[x] = grey << 16 | grey << 8 | grey;
    }
    return colours;
  }
}
