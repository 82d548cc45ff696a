package dev.arpg4j.tokenizer;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;

/** Turns a grid of ids into an image. */
public interface Tokenizer {
  /** V, the number of codes. */
  int codes();

  /** The side of a cell in pixels. */
  int cellSide();

  /**
   * The image of a grid of ids.
   *
   * @param ids [N], in raster order
   * @return {@code rows·cellSide()} pixels high and {@code columns·cellSide()} wide
   * @throws InvalidInputException if their number is not the grid's, or one is no code
   */
  BufferedImage decode(TokenGrid grid, int[] ids);

  /**
   * Refuses ids that are no grid of codes.
   *
   * @param codes V
   * @throws InvalidInputException as {@link #decode}
   */
  static void check(TokenGrid grid, int codes, int[] ids) {
    if (ids.length != grid.cells()) {
      throw new InvalidInputException(
          "%d ids for a grid of %s: expected %d".formatted(ids.length, grid, grid.cells()));
    }
    for (int cell = 0; cell < ids.length; cell++) {
      if (ids[cell] < 0 || ids[cell] >= codes) {
        throw new InvalidInputException(
            "cell %d holds id %d: expected 0 .. %d".formatted(cell, ids[cell], codes - 1));
      }
    }
  }
}
