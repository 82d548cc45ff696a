package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;

/** The grid of image tokens; a cell is its raster index {@code row · columns + column}. */
public record TokenGrid(int rows, int columns) {
  public TokenGrid {
    if (rows < 1 || columns < 1 || (long) rows * columns > 1 << 20) {
      throw new InvalidInputException(
          "grid %dx%d: expected sides of 1 or more and at most %d cells"
              .formatted(rows, columns, 1 << 20));
    }
  }

  public static TokenGrid square(int side) {
    return new TokenGrid(side, side);
  }

  /** N. */
  public int cells() {
    return rows * columns;
  }

  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
