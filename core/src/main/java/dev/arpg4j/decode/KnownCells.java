package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cells whose tokens are given and never decoded (VARIANTS.md 1.9): fed after the class token, in
 * the order given here, as one chunk.
 *
 * @param cells K cells, in feeding order
 * @param tokens [I][K], their ids for each image of the batch
 */
public record KnownCells(int[] cells, int[][] tokens) {
  /** None: plain generation. */
  public static KnownCells none(int images) {
    return new KnownCells(new int[0], new int[images][0]);
  }

  public KnownCells {
    if (IntStream.of(cells).distinct().count() != cells.length) {
      throw new InvalidInputException("known cells: a cell is named twice");
    }
    for (int[] row : tokens) {
      if (row.length != cells.length) {
        throw new InvalidInputException(
            "known tokens: %d for %d cells".formatted(row.length, cells.length));
      }
    }
  }

  public boolean isEmpty() {
    return cells.length == 0;
  }

  /** The other cells of a grid of N, ascending. */
  public int[] unknown(int gridCells) {
    boolean[] known = new boolean[gridCells];
    for (int cell : cells) {
      if (cell < 0 || cell >= gridCells) {
        throw new InvalidInputException(
            "known cell %d: expected 0 .. %d".formatted(cell, gridCells - 1));
      }
      known[cell] = true;
    }
    return IntStream.range(0, gridCells).filter(cell -> !known[cell]).toArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KnownCells that
        && Arrays.equals(cells, that.cells)
        && Arrays.deepEquals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(cells) + Arrays.deepHashCode(tokens);
  }

  @Override
  public String toString() {
    return cells.length + " known cells of " + tokens.length + " images";
  }
}
