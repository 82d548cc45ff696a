package dev.arpg4j.decode;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;

/** In which order the cells of an image are decoded. */
@FunctionalInterface
public interface GenerationOrder {
  /** Every image its own random order, whatever its batch or shard. */
  GenerationOrder IMAGE = (seed, grid, image, cells) -> random(seed, image, cells);

  /** One random order for all images of a seed, as the released sampler shares one in a batch. */
  GenerationOrder SHARED = (seed, grid, image, cells) -> random(seed, 0, cells);

  /** Row by row. */
  GenerationOrder RASTER = (seed, grid, image, cells) -> cells.clone();

  /**
   * The grid's corners, then as {@link #IMAGE}. A model that knows cells by their distances alone
   * cannot tell where the image ends until cells far apart are known (VARIANTS.md 1.8); these are.
   */
  GenerationOrder CORNERS =
      (seed, grid, image, cells) ->
          IntStream.concat(corners(grid), IntStream.of(random(seed, image, cells)))
              .distinct()
              .filter(cell -> Arrays.binarySearch(cells, cell) >= 0)
              .toArray();

  /**
   * The cells in decoding order.
   *
   * @param grid that the cells are of
   * @param image the image's place in the whole request
   * @param cells the cells to decode, ascending
   */
  int[] order(long seed, TokenGrid grid, int image, int[] cells);

  /** Those across from each other first: two of them already tell both sides of the image. */
  private static IntStream corners(TokenGrid grid) {
    int last = grid.cells() - 1;
    return IntStream.of(0, last, grid.columns() - 1, last - grid.columns() + 1);
  }

  /** The argsort of one uniform a cell, ties by cell. */
  private static int[] random(long seed, int image, int[] cells) {
    record Keyed(int cell, float uniform) {}
    return Arrays.stream(cells)
        .mapToObj(cell -> new Keyed(cell, Philox.uniform(seed, image, cell, 0, Purpose.ORDER)))
        .sorted(
            (a, b) ->
                a.uniform() == b.uniform()
                    ? Integer.compare(a.cell(), b.cell())
                    : Float.compare(a.uniform(), b.uniform()))
        .mapToInt(Keyed::cell)
        .toArray();
  }

  /**
   * The same given order for every image.
   *
   * @throws InvalidInputException when used, if it is no permutation of the cells to decode
   */
  static GenerationOrder given(int... order) {
    int[] copy = order.clone();
    return (seed, grid, image, cells) -> {
      if (!Arrays.equals(IntStream.of(copy).sorted().toArray(), cells)) {
        throw new InvalidInputException(
            "order: expected each of the %d cells to decode once".formatted(cells.length));
      }
      return copy.clone();
    };
  }
}
