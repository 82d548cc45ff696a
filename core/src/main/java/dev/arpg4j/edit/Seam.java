package dev.arpg4j.edit;

import dev.arpg4j.model.TokenGrid;
import java.awt.image.BufferedImage;
import java.util.function.IntPredicate;

/**
 * The border between known and made cells of a grid: how much colours change across it. A made part
 * that does not go on where the known part ends shows as a larger step than the same border has in
 * a real picture.
 */
public final class Seam {
  private static final int CHANNELS = 3;

  private final TokenGrid grid;
  private final IntPredicate known;

  /** The border between the cells that are known and the others. */
  public Seam(TokenGrid grid, IntPredicate known) {
    this.grid = grid;
    this.known = known;
  }

  /**
   * The mean difference of two pixels on either side of it, over red, green and blue, in levels of
   * 0 .. 255; 0 if there is no border.
   *
   * @param picture of the grid's cells
   */
  public double step(BufferedImage picture) {
    int cellWidth = picture.getWidth() / grid.columns();
    int cellHeight = picture.getHeight() / grid.rows();
    long sum = 0;
    long pairs = 0;
    for (int cell = 0; cell < grid.cells(); cell++) {
      int left = cell % grid.columns() * cellWidth;
      int top = cell / grid.columns() * cellHeight;
      if ((cell + 1) % grid.columns() != 0 && known.test(cell) != known.test(cell + 1)) {
        int x = left + cellWidth;
        for (int y = top; y < top + cellHeight; y++) {
          sum += difference(picture.getRGB(x - 1, y), picture.getRGB(x, y));
        }
        pairs += cellHeight;
      }
      int below = cell + grid.columns();
      if (below < grid.cells() && known.test(cell) != known.test(below)) {
        int y = top + cellHeight;
        for (int x = left; x < left + cellWidth; x++) {
          sum += difference(picture.getRGB(x, y - 1), picture.getRGB(x, y));
        }
        pairs += cellWidth;
      }
    }
    return pairs == 0 ? 0 : (double) sum / (CHANNELS * pairs);
  }

  private static int difference(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift < 8 * CHANNELS; shift += 8) {
      sum += Math.abs((one >> shift & 0xFF) - (other >> shift & 0xFF));
    }
    return sum;
  }
}
