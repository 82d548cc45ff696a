package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;

/** In which order the cells of an image are decoded. */
@FunctionalInterface
public interface GenerationOrder {
  /** Every image its own random order, whatever its batch or shard. */
  GenerationOrder IMAGE = GenerationOrder::random;

  /** One random order for all images of a seed, as the released sampler shares one in a batch. */
  GenerationOrder SHARED = (seed, image, cells) -> random(seed, 0, cells);

  /** Row by row. */
  GenerationOrder RASTER = (seed, image, cells) -> cells.clone();

  /**
   * The cells in decoding order.
   *
   * @param image the image's place in the whole request
   * @param cells the cells to decode, ascending
   */
  int[] order(long seed, int image, int[] cells);

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
    return (seed, image, cells) -> {
      if (!Arrays.equals(IntStream.of(copy).sorted().toArray(), cells)) {
        throw new InvalidInputException(
            "order: expected each of the %d cells to decode once".formatted(cells.length));
      }
      return copy.clone();
    };
  }
}
