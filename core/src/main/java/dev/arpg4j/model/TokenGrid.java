package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Optional;

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

  /**
   * Reads {@code ROWSxCOLUMNS}; empty if the text is no such thing.
   *
   * @throws InvalidInputException if the grid is empty or too large
   */
  public static Optional<TokenGrid> parse(String text) {
    if (!text.matches("\\d{1,9}x\\d{1,9}")) {
      return Optional.empty();
    }
    int x = text.indexOf('x');
    return Optional.of(
        new TokenGrid(
            Integer.parseInt(text, 0, x, 10), Integer.parseInt(text, x + 1, text.length(), 10)));
  }

  /** As {@link Metadata#grid} reads it: the side of a square, or else ROWSxCOLUMNS. */
  String metadata() {
    return rows == columns ? Integer.toString(rows) : toString();
  }

  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
