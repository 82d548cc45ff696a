package dev.arpg4j.image;

import java.awt.image.BufferedImage;
import java.util.List;

/** The pixels of pictures as bytes: row, column, then red, green and blue, 0 to 255. */
public final class Levels {
  private static final int CHANNELS = 3;

  private Levels() {}

  /**
   * The bytes of pictures one after another.
   *
   * @return [n, height, width, 3]
   */
  public static byte[] of(List<BufferedImage> pictures) {
    int size = pictures.stream().mapToInt(p -> p.getWidth() * p.getHeight() * CHANNELS).sum();
    byte[] levels = new byte[size];
    int at = 0;
    for (BufferedImage picture : pictures) {
      int width = picture.getWidth();
      for (int rgb : picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width)) {
        levels[at++] = (byte) (rgb >> 16);
        levels[at++] = (byte) (rgb >> 8);
        levels[at++] = (byte) rgb;
      }
    }
    return levels;
  }
}
