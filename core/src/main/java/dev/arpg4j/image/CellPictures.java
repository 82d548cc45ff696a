package dev.arpg4j.image;

import dev.arpg4j.model.TokenGrid;
import java.awt.image.BufferedImage;

/** Pictures of which some cells show one thing and the others another. */
public final class CellPictures {
  private static final int GROUND = 0xE4E4E4;
  private static final int HATCH = 0xC8C8C8;
  private static final int WARM_GROUND = 0xF7DDBE;
  private static final int WARM_HATCH = 0xE8B06A;
  private static final int HATCH_PITCH = 4;

  private CellPictures() {}

  /** Says something of a pixel. */
  @FunctionalInterface
  public interface PixelPredicate {
    boolean test(int x, int y);
  }

  /** A hatched ground for what is not there yet. */
  static BufferedImage hatched(PictureFile.Size size) {
    return hatched(size, (x, y) -> true);
  }

  /**
   * The same in two colours.
   *
   * @param plain where it is grey; warm elsewhere
   */
  public static BufferedImage hatched(PictureFile.Size size, PixelPredicate plain) {
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        boolean line = (x + y) % HATCH_PITCH == 0;
        boolean grey = plain.test(x, y);
        image.setRGB(x, y, line ? grey ? HATCH : WARM_HATCH : grey ? GROUND : WARM_GROUND);
      }
    }
    return image;
  }

  /**
   * Some cells of one picture on another.
   *
   * @param cells of the first, by their places in the grid
   * @param ground of the same size, which stays as it is
   */
  public static BufferedImage pasted(
      BufferedImage picture, BufferedImage ground, TokenGrid grid, int... cells) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    if (ground.getWidth() != width || ground.getHeight() != height) {
      throw new IllegalArgumentException(
          "cells of %dx%d pixels on %dx%d"
              .formatted(width, height, ground.getWidth(), ground.getHeight()));
    }
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    result.setRGB(
        0, 0, width, height, ground.getRGB(0, 0, width, height, null, 0, width), 0, width);
    int cellWidth = width / grid.columns();
    int cellHeight = height / grid.rows();
    for (int cell : cells) {
      int left = cell % grid.columns() * cellWidth;
      int top = cell / grid.columns() * cellHeight;
      int[] colours = picture.getRGB(left, top, cellWidth, cellHeight, null, 0, cellWidth);
      result.setRGB(left, top, cellWidth, cellHeight, colours, 0, cellWidth);
    }
    return result;
  }
}
