package dev.arpg4j.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Pixels to draw on, without the drawing engine of a desktop and the time it takes to start. */
final class Canvas {
  private final int width;
  private final int height;
  private final int[] pixels;

  Canvas(int width, int height, int rgb) {
    this.width = width;
    this.height = height;
    this.pixels = new int[Math.multiplyExact(width, height)];
    Arrays.fill(pixels, rgb);
  }

  /** Fills a square, as far as it lies on the canvas. */
  void square(int left, int top, int side, int rgb) {
    int right = Math.min(left + side, width);
    for (int y = top; y < Math.min(top + side, height); y++) {
      Arrays.fill(pixels, y * width + Math.min(left, right), y * width + right, rgb);
    }
  }

  BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }
}
