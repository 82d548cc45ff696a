package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Decoding a grid ring by ring, one ring a step (VARIANTS.md 3.3). Where cells are known beforehand
 * a step is what they leave of a ring, and a ring of which they leave nothing is none.
 *
 * @param name of the partition
 */
record Rings(String name, RingPartition partition, TokenGrid grid) {
  private static final String KEY = "rings";

  /** Rings of the default partition. */
  static Rings standard(TokenGrid grid) {
    return named("ceil-euclidean", grid);
  }

  static Rings named(String name, TokenGrid grid) {
    return new Rings(name, RingPartition.of(name), grid);
  }

  /** The partition that a file names, or else the default. */
  static Rings of(Metadata metadata, TokenGrid grid) {
    String name = metadata.text(KEY);
    return name == null ? standard(grid) : named(name, grid);
  }

  /** The entry that is read back as this partition. */
  Map<String, String> metadata() {
    return Map.of(KEY, name);
  }

  /** How many rings a whole grid has. */
  int count() {
    return partition.rings(grid).size();
  }

  /** All cells of a grid, inner rings first. */
  int[] cells() {
    return partition.rings(grid).stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** The plan of a whole grid. */
  Plan plan() {
    return plan(IntStream.range(0, grid.cells()).toArray());
  }

  /**
   * The rings of the cells to decode.
   *
   * @throws InvalidInputException if the settings ask for another number of steps than the grid has
   *     rings, or than there are cells where these are fewer
   */
  Plan plan(DecodeSettings settings, int[] cells) {
    int rings = Math.min(count(), cells.length);
    if (settings.steps() != count() && settings.steps() != rings) {
      throw new InvalidInputException(
          ("steps %d: RadAR decodes whole rings, as the ring mask of its training has them (P7a,"
                  + " incremental as teacher-forced), and a grid of %s has %d of them (%s);"
                  + " expected %d")
              .formatted(settings.steps(), grid, count(), name, rings));
    }
    return plan(cells);
  }

  /** The plan of {@link #plan(DecodeSettings, int[])} where all cells are to be decoded. */
  Plan plan(DecodeSettings settings, int cells) {
    if (cells != grid.cells()) {
      throw new IllegalArgumentException(
          "%d of %d cells: which ones decides the rings".formatted(cells, grid.cells()));
    }
    return plan(settings, IntStream.range(0, cells).toArray());
  }

  private Plan plan(int[] cells) {
    return Plan.ofSizes(
        partition.rings(grid, cells).stream().mapToInt(ring -> ring.length).toArray());
  }

  /** Inner rings first; inside a ring as the settings' order has them. */
  int[] order(DecodeSettings settings, int image, int[] cells) {
    return Arrays.stream(settings.order().order(settings.seed(), grid, image, cells))
        .boxed()
        .collect(Collectors.groupingBy(cell -> partition.ring(grid, cell)))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(ring -> ring.getValue().stream())
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
